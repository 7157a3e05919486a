import { SaeLabError } from '@sae-lab/errors';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { linear, linearVariant } from '../testing/linear-variant.ts';
import { logUniform, uniform } from './axes.ts';
import { defineSweep } from './define-sweep.ts';
import type { ModelSweepInput, SyntheticSweepInput } from './sweep-input.ts';

const valid: ModelSweepInput = {
  name: 'test',
  model: 'model',
  dataset: { kind: 'text', path: 'text.txt' },
  hooks: ['blocks.0.hook_mlp_out'],
  variants: [linear({ l1: [1, 2] })],
  widths: [8],
  seeds: [0],
  training: { steps: 10 },
};

const textual = linearVariant({ hyper: z.strictObject({ l1: z.number(), note: z.string() }) as never });

/** The error message for a valid definition with `changes`. */
function complaint(changes: Record<string, unknown>): string {
  try {
    defineSweep({ ...valid, ...changes });
  } catch (error) {
    expect(error).toBeInstanceOf(SaeLabError);
    expect((error as SaeLabError).code).toBe('sweep.invalid');
    return (error as SaeLabError).message;
  }
  throw new Error('the definition was accepted');
}

describe('defineSweep', () => {
  it('fills in defaults and alternates between variants', () => {
    const other = { variant: linearVariant({ name: 'other' }), grid: { l1: 5 } };
    const { combinations, evaluation, activations } = defineSweep({
      ...valid,
      variants: [...valid.variants, other],
    });
    expect(combinations.map(({ variant, hyper }) => [variant.name, hyper['l1'], hyper['flavour']])).toEqual([
      ['linear', 1, 'plain'],
      ['other', 5, 'plain'],
      ['linear', 2, 'plain'],
    ]);
    expect(combinations[0]?.training).toMatchObject({ steps: 10, batchSize: 2048 });
    expect(evaluation.holdout).toBe(0.1);
    expect(activations?.maxTokens).toBe(128);
  });

  it('accepts the learning rate as an axis', () => {
    const { combinations } = defineSweep({ ...valid, training: { steps: 10, learningRate: [1e-3, 1e-4] } });
    expect(combinations.map(({ hyper, training }) => [hyper['l1'], training.learningRate])).toEqual([
      [1, 1e-3],
      [1, 1e-4],
      [2, 1e-3],
      [2, 1e-4],
    ]);
  });

  it('draws the same values in any order of the variants', () => {
    const drawn = linear({ l1: logUniform(1e-3, 1) });
    const other = { variant: linearVariant({ name: 'other' }), grid: { l1: 5 } };
    const [alone, behind] = [[drawn], [other, drawn]].map((variants) =>
      defineSweep({ ...valid, variants, samples: 3 })
        .combinations.filter(({ variant }) => variant.name === 'linear')
        .map(({ hyper }) => hyper['l1']),
    );
    expect(alone).toHaveLength(3);
    expect(behind).toEqual(alone);
  });

  it.each([
    [logUniform(8, 64), 'logUniform(8, 64)', 'choice([8, 16, 32, 64])'],
    [uniform(0.5, 3), 'uniform(0.5, 3)', 'choice([1, 2, 3])'],
  ])('refuses to draw integers from %j once, and names choice', (latents, call, example) => {
    const message = complaint({ variants: [linear({ l1: 1, latents })], samples: 5 });
    expect(message).toBe(
      `variants[0].latents: ${call.split('(')[0]} draws real numbers, but this hyperparameter is an integer; expected ` +
        `choice([...]) of integers; received ${call}. Write e.g. ${example}.`,
    );
  });

  it('lists the nearest fields of a nested object', () => {
    expect(complaint({ training: { steps: 10, resample: { evry: 1 } } })).toContain(
      'training.resample.evry: is not a known field; expected every, rows or until. Remove it',
    );
    expect(complaint({ training: { setps: 10 } })).toMatch(/of \d+, the nearest being steps, /);
  });

  it('lists the fields that a dataset of this kind has', () => {
    expect(complaint({ dataset: { kind: 'hub', id: 'org/corpus', path: 'a.txt' } })).toContain(
      'dataset.path: is not a known field; expected one of 8, the nearest being',
    );
    expect(complaint({ dataset: { kind: 'text', path: 'a.txt', column: 'text' } })).toContain(
      'dataset.column: is not a known field; expected one of 4, the nearest being documents, kind or path.',
    );
  });

  it('reports an unknown hyperparameter as a type error, and at run time with its path', () => {
    // @ts-expect-error -- k is not a hyperparameter of this variant
    const misspelt = linear({ l1: [1], k: 3 });
    expect(complaint({ variants: [linear({ l1: [1] }), misspelt] })).toMatch(
      /^variants\[1\]\.k: is not a known field; expected l1, flavour or latents/,
    );
  });

  it('reports an unknown or missing field as a type error', () => {
    // @ts-expect-error -- `layer` is not a field of a sweep
    expect(() => defineSweep({ ...valid, layer: 3 })).toThrow(/^layer: is not a known field/);
    const { widths: _, ...withoutWidths } = valid;
    // @ts-expect-error -- no widths
    expect(() => defineSweep(withoutWidths)).toThrow(
      /^widths: is missing; expected an array; received nothing/,
    );
  });

  it.each([
    ['a negative coefficient', { variants: [linear({ l1: [1, -1] })] }, 'variants[0].l1', 'at least 0', '-1'],
    [
      'text instead of a number',
      { variants: [linear({ l1: 'x' as never })] },
      'variants[0].l1',
      'a number',
      '"x"',
    ],
    [
      'an unknown choice',
      { variants: [linear({ l1: 1, flavour: 'sweet' as never })] },
      'variants[0].flavour',
      '"plain" or "salted"',
      '"sweet"',
    ],
    ['an empty axis', { variants: [linear({ l1: [] })] }, 'variants[0].l1', 'at least one value', '[]'],
    ['no widths', { widths: [] }, 'widths', 'at least 1 entry', '[]'],
    ['a fractional width', { widths: [8, 1.5] }, 'widths[1]', 'an integer', '1.5'],
    ['no seeds', { seeds: [] }, 'seeds', 'at least 1 entry', '[]'],
    ['no hooks', { hooks: [] }, 'hooks', 'at least 1 entry', '[]'],
    ['an empty name', { name: '' }, 'name', 'at least 1 character', '""'],
    ['a holdout above 1', { evaluation: { holdout: 2 } }, 'evaluation.holdout', 'at most 0.9', '2'],
    ['a bad extraction', { activations: { maxTokens: 0 } }, 'activations.maxTokens', 'more than 0', '0'],
    [
      'a bad batch size',
      { training: { steps: 1, batchSize: -1 } },
      'training.batchSize',
      'more than 0',
      '-1',
    ],
    [
      'a bad learning rate',
      { training: { steps: 1, learningRate: 0 } },
      'training.learningRate',
      'more than 0',
      '0',
    ],
    [
      'resampling with an interval of 0',
      { training: { steps: 1, resample: { every: 0 } } },
      'training.resample.every',
      'more than 0',
      '0',
    ],
    [
      'resampling after the end of the run',
      { training: { steps: 1, resample: { until: 1.5 } } },
      'training.resample.until',
      'at most 1',
      '1.5',
    ],
    [
      'resampling from no rows',
      { training: { steps: 1, resample: { rows: 0 } } },
      'training.resample.rows',
      'more than 0',
      '0',
    ],
    [
      '`resample: true`',
      { training: { steps: 1, resample: true } },
      'training.resample',
      'an object',
      'true',
    ],
    [
      'no samples',
      { variants: [linear({ l1: logUniform(0.1, 1) })] },
      'samples',
      'the number of draws',
      'nothing',
    ],
  ])('refuses %s', (_name, changes, field, expected, received) => {
    const message = complaint(changes);
    expect(message).toContain(`${field}: `);
    expect(message).toContain(`expected ${expected}`);
    expect(message).toContain(`received ${received}`);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['the name', { name: 'a\0b' }, 'name: has a character that cannot be stored.*received "a\\\\u0000b"'],
    ['a lone surrogate', { name: 'a\ud800' }, 'name: has a character that cannot be stored'],
    ['a hook', { hooks: ['ok', 'b\0'] }, 'hooks\\[1\\]: has a character'],
    ['the path of the data', { dataset: { kind: 'text', path: '\0' } }, 'dataset.path: has a character'],
    ['the model', { model: 'm\0' }, 'model: has a character'],
    [
      'a variant’s name',
      { variants: [{ variant: linearVariant({ name: 'v\0' }), grid: { l1: 1 } }] },
      'variants\\[0\\].variant.name: has a character',
    ],
    [
      'a hyperparameter',
      { variants: [{ variant: textual, grid: { l1: 1, note: ['fine', 'n\udc00'] } }] },
      'variants\\[0\\].note: has a character',
    ],
  ])('refuses text that the database cannot store, in %s', (_what, changes, said) => {
    expect(complaint(changes)).toMatch(new RegExp(`^${said}`));
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['steps', { steps: 1e10 }, 'training.steps', 'at most 2147483647'],
    ['epochs', { epochs: 1e12 }, 'training.epochs', 'at most 2147483647'],
    ['tokens', { tokens: 1e14, batchSize: 100 }, 'training.tokens', 'at most 2147483647 steps'],
    [
      'rows to resample from',
      { steps: 1, resample: { rows: 1e10 } },
      'training.resample.rows',
      'at most 2147483647',
    ],
    [
      'a learning rate of 0 in float32',
      { steps: 1, learningRate: 1e-50 },
      'training.learningRate',
      'a magnitude of',
    ],
    ['one of infinity', { steps: 1, learningRate: [1e-3, 1e300] }, 'training.learningRate', 'a magnitude of'],
    ['an epsilon of 0 in float32', { steps: 1, epsilon: 1e-60 }, 'training.epsilon', 'a magnitude of'],
    ['a norm of infinity', { steps: 1, gradientClip: 1e39 }, 'training.gradientClip', 'a magnitude of'],
  ])('refuses %s too large to count or compute with', (_what, training, field, expected) => {
    const message = complaint({ training });
    expect(message).toMatch(new RegExp(`^${field}: `));
    expect(message).toContain(`expected ${expected}`);
  });

  it('refuses hyperparameters that overflow or underflow in float32, drawn ones included', () => {
    expect(complaint({ variants: [linear({ l1: [1, 1e300] })] })).toContain(
      'variants[0].l1: does not fit float32, in which SAEs are trained; ' +
        'expected a magnitude of at least 1.5e-45 and at most 3.4e38; received 1e+300',
    );
    expect(complaint({ variants: [linear({ l1: 1e-50 })] })).toMatch(
      /^variants\[0\]\.l1: does not fit float32/,
    );
    expect(complaint({ variants: [linear({ l1: logUniform(1e50, 1e60) })], samples: 2 })).toContain(
      'variants[0].l1: does not fit float32',
    );
    expect(defineSweep({ ...valid, variants: [linear({ l1: [0, 1e-44, 3e38] })] }).combinations).toHaveLength(
      3,
    );
  });

  it('refuses an unknown training setting and a run without a length', () => {
    expect(complaint({ training: { steps: 10, learingRate: 1 } })).toMatch(
      /^training\.learingRate: is not a known/,
    );
    expect(complaint({ training: { steps: 10, resample: { evry: 1 } } })).toMatch(
      /^training\.resample\.evry: is not a known/,
    );
    expect(complaint({ training: { steps: 10, resample: { every: 0.5, until: 0.25 } } })).toMatch(
      /^training\.resample\.every: is more than until/,
    );
    expect(complaint({ training: {} })).toContain('exactly one of tokens, epochs and steps');
  });

  it('refuses a value that is not a variant', () => {
    expect(complaint({ variants: [{ k: 3 }] })).toMatch(/^variants\[0\]: must be a variant/);
  });

  it('refuses a variant whose name is too long', () => {
    const variants = [{ variant: linearVariant({ name: 'v'.repeat(5000) }), grid: { l1: 1 } }];
    expect(complaint({ variants })).toBe(
      'variants[0].variant.name: is too long; expected at most 200 characters; received 5000. docs/reference.md describes every setting.',
    );
  });

  it('refuses two variants with the same name', () => {
    const variants = [linear({ l1: 1 }), { variant: linearVariant(), grid: { l1: 2 } }];
    expect(complaint({ variants })).toMatch(/^variants\[1\]: has the same name as variants\[0\]/);
  });

  it('lists every problem once', () => {
    const message = complaint({
      variants: [linear({ l1: [-1, -1, -2] }), linear({ l1: [] })],
      training: { steps: 10, warmup: 2 },
    });
    expect(message).toMatch(/^4 problems/);
    expect(message.match(/variants\[0\]\.l1/g)).toHaveLength(2);
    expect(message).toContain('variants[1].l1');
    expect(message).toContain('training.warmup');
  });
});

describe('a dataset by name or path', () => {
  it('is shorthand for an object with a kind', () => {
    const datasetOf = (dataset: ModelSweepInput['dataset']): unknown =>
      defineSweep({ ...valid, dataset }).dataset;
    expect(datasetOf('NeelNanda/pile-10k')).toEqual({ kind: 'hub', id: 'NeelNanda/pile-10k' });
    expect(datasetOf('./corpus/*.parquet')).toEqual({ kind: 'files', path: './corpus/*.parquet' });
    expect(datasetOf('/data/corpus')).toEqual({ kind: 'files', path: '/data/corpus' });
    expect(complaint({ dataset: '' })).toMatch(/^dataset.id: is not valid; expected at least 1 character/);
  });
});

describe('a sweep on synthetic activations', () => {
  const { model: _m, hooks: _h, activations: _a, dataset: _d, ...rest } = valid;
  const dataset = { kind: 'synthetic', features: 8, dIn: 4, active: 2 } as const;
  const synthetic: SyntheticSweepInput = { ...rest, dataset };

  it('needs no model or hooks, and fills in the defaults of the dataset', () => {
    const definition = defineSweep(synthetic);
    expect(definition.dataset).toEqual({
      ...dataset,
      frequencyExponent: 0,
      strengths: { law: 'uniform', low: 0, high: 1 },
      noise: 0,
      rows: 200_000,
      seed: 0,
    });
    expect(definition.combinations).toHaveLength(2);
    expect(JSON.stringify(definition)).not.toMatch(/"(model|hooks|activations)"/);
  });

  it.each([
    ['model', 'models/some', '"models/some"'],
    ['hooks', ['blocks.0.hook_mlp_out'], '["blocks.0.hook_mlp_out"]'],
    ['activations', {}, '{}'],
  ])('refuses %s, and says what to do', (field, value, received) => {
    expect(() => defineSweep({ ...synthetic, [field]: value })).toThrow(
      `${field}: cannot be combined with a synthetic dataset, which needs no language model; ` +
        `expected nothing; received ${received}. Remove it.`,
    );
  });

  it.each(['model', 'hooks', 'activations'])('refuses %s with imported activations', (field) => {
    const own = { kind: 'activations', files: './acts/*.npy' } as const;
    expect(defineSweep({ ...synthetic, dataset: own }).dataset).toEqual(own);
    expect(() => defineSweep({ ...synthetic, dataset: own, [field]: {} })).toThrow(
      `${field}: cannot be combined with a dataset of kind 'activations', which needs no language model`,
    );
  });

  it('reports a field of the other kind as a type error', () => {
    // @ts-expect-error -- a synthetic sweep has no hooks
    expect(() => defineSweep({ ...rest, dataset, hooks: ['blocks.0.hook_mlp_out'] })).toThrow(/^hooks: /);
    // @ts-expect-error -- a sweep on a model has one
    expect(() => defineSweep({ ...rest, dataset: valid.dataset, hooks: valid.hooks })).toThrow(
      /^model: is missing; expected a string, or an object; received nothing/,
    );
    // @ts-expect-error -- and documents
    expect(() => defineSweep({ ...valid, dataset })).toThrow(/^2 problems/);
  });

  it.each([
    ['no features', { features: 0 }, 'dataset.features: is not valid; expected more than 0; received 0'],
    ['NaN', { dIn: NaN }, 'dataset.dIn: is not valid; expected a number; received NaN'],
    [
      'half a feature',
      { features: 8.5 },
      'dataset.features: is not valid; expected an integer; received 8.5',
    ],
    [
      'more active features than features',
      { active: 9 },
      'dataset.active: must not exceed the number of features; expected at most features, 8; received 9. ' +
        'Lower it, or raise features.',
    ],
    [
      'an interval with low above high',
      { strengths: { law: 'uniform', low: 2 } },
      "dataset.strengths.low: must be less than high; expected less than high, 1; received 2. Lower it, or use the law 'constant'.",
    ],
    [
      'an unknown law',
      { strengths: { law: 'cauchy' } },
      'dataset.strengths.law: is not valid; expected "uniform" or "exponential" or "constant"; received "cauchy"',
    ],
    ['another field', { path: 'a.txt' }, 'dataset.path: is not a known field'],
  ])('refuses %s', (_what, changes, message) => {
    expect(() => defineSweep({ ...synthetic, dataset: { ...dataset, ...changes } as never })).toThrow(
      message,
    );
  });

  it('is listed in the error for an unknown kind of dataset', () => {
    expect(complaint({ dataset: { kind: 'csv' } })).toBe(
      'dataset.kind: is not valid; expected "hub" or "files" or "jsonl" or "text" or "synthetic" or "activations"; received "csv". ' +
        'docs/reference.md describes every setting.',
    );
    expect(complaint({ dataset: {} })).toMatch(/^dataset.kind: is missing/);
  });
});
