import { describe, expect, it } from 'vitest';
import {
  ALL_FIGURES,
  CURVES,
  curveOf,
  curvesIn,
  FIGURES,
  figuresIn,
  formatOf,
  headingOf,
  HISTOGRAMS,
  inSentence,
  labelOfKey,
  runLabel,
  TRAINING_TIME,
} from './index.ts';
import { figureOf, histogramOf } from './lookup.ts';

const every = { ...FIGURES, ...CURVES, ...HISTOGRAMS, training_time: TRAINING_TIME };

describe('the vocabulary', () => {
  it.each(Object.entries(every))('describes %s in sentence case and one sentence', (key, measure) => {
    expect(key).toMatch(/^[a-z][a-z\d_]*$/);
    expect(measure.label).toMatch(/^[A-Z]/);
    expect(measure.meaning).toMatch(/^[A-Z\d‖].*\.$/u);
    expect(measure.meaning.slice(0, -1)).not.toMatch(/\. [A-Z]/);
    expect(formatOf(measure)(0.5)).not.toBe('');
  });

  it('gives no two figures one label or heading', () => {
    expect(new Set(ALL_FIGURES.map(({ label }) => label)).size).toBe(ALL_FIGURES.length);
    expect(new Set(ALL_FIGURES.map(headingOf)).size).toBe(ALL_FIGURES.length);
  });

  it('lists known keys in its own order and unknown ones last', () => {
    expect(figuresIn(['zeta', 'mse', 'alpha', 'l0', 'mse']).map(({ key }) => key)).toEqual([
      'l0',
      'mse',
      'alpha',
      'zeta',
    ]);
    expect(curvesIn(['threshold', 'l0', 'loss/sparsity', 'loss']).map(({ label }) => label)).toEqual([
      'Loss',
      'L0',
      'Sparsity',
      'Threshold',
    ]);
  });

  it('describes a curve of a variant as the variant does, unless the vocabulary has it', () => {
    const cutoff = { label: 'Cut-off', unit: 'norms', meaning: 'Mean of θ over the latents.' };
    const declared = { threshold: cutoff, l0: cutoff, 'loss/sparsity': cutoff };
    expect(curvesIn(['threshold', 'l0', 'loss/sparsity', 'other'], declared)).toMatchObject([
      { key: 'l0', ...CURVES.l0 },
      { key: 'loss/sparsity', label: 'Sparsity' },
      { key: 'other', label: 'Other', meaning: '' },
      { key: 'threshold', ...cutoff },
    ]);
  });

  it('names what it does not have after its key, whatever the key is', () => {
    expect(figureOf('constructor')).toMatchObject({ label: 'Constructor', prominence: 'detail' });
    expect(curveOf('mean_threshold')).toEqual({
      key: 'mean_threshold',
      label: 'Mean threshold',
      meaning: '',
    });
    expect(histogramOf('gateValues').label).toBe('Gate values');
    expect([labelOfKey('a/b.c'), labelOfKey('_'), labelOfKey('')]).toEqual(['A b c', '_', '']);
  });

  it('knows how a label reads inside a sentence', () => {
    expect(['L0', 'MSE', 'Explained variance', 'L2 ratio'].map(inSentence)).toEqual([
      'L0',
      'MSE',
      'explained variance',
      'L2 ratio',
    ]);
  });
});

describe('runLabel', () => {
  it('names a run by as much of it as it is given', () => {
    const run = { variant: 'topk', coefficient: 'k=32', hook: 'blocks.3.hook_mlp_out', width: 4096, seed: 0 };
    expect(runLabel(run)).toBe('topk k=32, blocks.3.hook_mlp_out, width 4096, seed 0');
    expect(runLabel({ variant: 'topk', coefficient: 'k=32', seeds: 3 })).toBe('topk k=32, 3 seeds');
    expect(runLabel({ variant: 'mine', coefficient: '' })).toBe('mine');
  });
});
