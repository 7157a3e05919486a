import { describe, expect, it } from 'vitest';
import { linear } from '../testing/linear-variant.ts';
import { defineSweep } from './define-sweep.ts';
import { sae } from './requests.ts';
import type { SweepInput } from './sweep-input.ts';

const input = {
  name: 'requests',
  model: '../models/neox-1.7m',
  dataset: '../models/corpus',
  hooks: ['blocks.2.hook_mlp_out'],
  variants: [linear({ l1: 8 })],
  widths: [64],
  seeds: [0],
  training: { tokens: 1000 },
} satisfies SweepInput;
const define = (more: object) => defineSweep({ ...input, ...more });
const synthetic = { kind: 'synthetic', rows: 1000, features: 8, active: 2, dIn: 4 };

describe('evaluation.also', () => {
  it('takes names and names with settings', () => {
    const { evaluation } = define({
      evaluation: { holdout: 0.2, also: ['reconstruction', { name: 'reconstruction', maxTokens: 50 }] },
    });
    expect(evaluation).toEqual({
      holdout: 0.2,
      also: [
        { name: 'reconstruction', settings: {} },
        { name: 'reconstruction', settings: { maxTokens: 50 } },
      ],
    });
    expect(define({}).evaluation.also).toEqual([]);
  });

  it.each([
    [
      ['reconstructions'],
      'evaluation.also[0]: is not an evaluation; expected',
      'reconstruction',
      '"reconstructions"',
    ],
    [['reconstruction', 7], 'evaluation.also[1]: is not an evaluation', 'the name of an evaluation', '7'],
    [
      [{ name: 'reconstruction', maxToken: 5 }],
      'evaluation.also[0].maxToken: is not a setting of reconstruction',
      'maxTokens',
      '',
    ],
    [[{ name: 'reconstruction', maxTokens: 0.5 }], 'evaluation.also[0].maxTokens', 'integer', '0.5'],
  ])('refuses %j', (also, field, expected, received) => {
    const thrown = () => define({ evaluation: { also } });
    expect(thrown).toThrow(expect.objectContaining({ code: 'sweep.invalid' }));
    for (const text of [field, expected, received]) expect(thrown).toThrow(text);
  });

  it.each([
    [
      'truth',
      {},
      "needs activations of kind 'synthetic'; expected an evaluation that a dataset of kind 'files' allows",
    ],
    [
      'ce',
      { dataset: synthetic, model: undefined, hooks: undefined },
      'needs a language model and its documents',
    ],
  ])('refuses %s on data that do not allow it', (name, data, message) => {
    const thrown = () => define({ ...data, evaluation: { also: ['geometry', name] } });
    expect(thrown).toThrow(`evaluation.also[1]: ${message}`);
  });

  it('is typed', () => {
    // @ts-expect-error there is no such evaluation
    expect(() => defineSweep({ ...input, evaluation: { also: ['no-such'] } })).toThrow('no-such');
  });
});

describe('baselines', () => {
  it('takes names, names with settings, and SAEs from files', () => {
    const theirs = sae('./theirs', { hook: 'blocks.2.hook_mlp_out' });
    expect(define({ baselines: ['identity', { name: 'mean' }, theirs] }).baselines).toEqual([
      { kind: 'baseline', name: 'identity', settings: {} },
      { kind: 'baseline', name: 'mean', settings: {} },
      { kind: 'sae', source: './theirs', hook: 'blocks.2.hook_mlp_out' },
    ]);
    expect(define({ dataset: synthetic, model: undefined, hooks: undefined }).baselines).toEqual([]);
  });

  it.each([
    ['identities', 'baselines[0]: is not a baseline', 'identity'],
    [{ name: 'zero', k: 2 }, 'baselines[0].k: is not a setting of zero', 'no settings'],
    [{ kind: 'sae', source: '' }, 'baselines[0].source', 'at least 1 character'],
    [{ kind: 'sae', source: './a', hok: 'x' }, 'baselines[0].hok', 'not a known field'],
  ])('refuses %j', (entry, field, expected) => {
    const thrown = () => define({ baselines: [entry] });
    expect(thrown).toThrow(field);
    expect(thrown).toThrow(expected);
  });
});
