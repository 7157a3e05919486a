import { describe, expect, it } from 'vitest';
import { syntheticSpecSchema } from './synthetic-spec.ts';

const spec = { kind: 'synthetic', features: 8, dIn: 4, active: 2 };
/** Paths of the invalid fields. */
const faults = (changes: Record<string, unknown>): string[] =>
  (syntheticSpecSchema.safeParse({ ...spec, ...changes }).error?.issues ?? []).map(({ path }) =>
    path.join('.'),
  );

describe('the specification of synthetic activations', () => {
  it('requires four fields', () => {
    expect(syntheticSpecSchema.parse(spec)).toEqual({
      ...spec,
      frequencyExponent: 0,
      strengths: { law: 'uniform', low: 0, high: 1 },
      noise: 0,
      rows: 200_000,
      seed: 0,
    });
  });

  it.each([
    ['fewer features than dimensions: no superposition', { features: 2 }],
    ['one feature in one dimension', { features: 1, dIn: 1, active: 1 }],
    ['all features always active', { active: 8 }],
    ['Zipf’s law', { frequencyExponent: 1 }],
    ['equal strengths', { strengths: { law: 'constant' } }],
    ['the largest matrix of directions', { features: 2 ** 20, dIn: 2 ** 7 }],
  ])('allows %s', (_, changes) => {
    expect(faults(changes)).toEqual([]);
  });

  it.each<[string, unknown]>([
    ...[0, -1, 1.5, NaN, Infinity, '8', null, undefined, 2 ** 20 + 1].map((bad): [string, unknown] => [
      'features',
      bad,
    ]),
    ...[0, -1, 1.5, NaN, Infinity, '4', null, undefined, 2 ** 14 + 1].map((bad): [string, unknown] => [
      'dIn',
      bad,
    ]),
    ...[0, -1, NaN, Infinity, '2', null, undefined, 0.01, 8.5].map((bad): [string, unknown] => [
      'active',
      bad,
    ]),
    ...[-0.1, NaN, Infinity, 11, '1', null].map((bad): [string, unknown] => ['frequencyExponent', bad]),
    ...[-0.1, NaN, Infinity, 1e7, '1', null].map((bad): [string, unknown] => ['noise', bad]),
    ...[0, -1, 1.5, NaN, Infinity, 2 ** 31, '1', null].map((bad): [string, unknown] => ['rows', bad]),
    ...[-1, 1.5, NaN, Infinity, 2 ** 31, '1', null].map((bad): [string, unknown] => ['seed', bad]),
    ...[0, -1, 1.5, NaN, null].map((bad): [string, unknown] => ['shardRows', bad]),
    ...[null, 1, 'uniform'].map((bad): [string, unknown] => ['strengths', bad]),
  ])('refuses %s: %s', (field, bad) => {
    expect(faults({ [field]: bad })[0]).toBe(field);
  });

  it.each([
    [{ law: 'normal' }, 'strengths.law'],
    [{ law: 'uniform', low: 1, high: 1 }, 'strengths.low'],
    [{ law: 'uniform', low: -1 }, 'strengths.low'],
    [{ law: 'uniform', high: 0 }, 'strengths.high'],
    [{ law: 'exponential', mean: 0 }, 'strengths.mean'],
    [{ law: 'exponential', mean: NaN }, 'strengths.mean'],
    [{ law: 'constant', value: -1 }, 'strengths.value'],
    [{ law: 'constant', value: 1e9 }, 'strengths.value'],
    [{ law: 'constant', mean: 1 }, 'strengths'],
  ])('refuses the strengths %j', (strengths, field) => {
    expect(faults({ strengths })[0]).toBe(field);
  });

  it('refuses a matrix of directions too large for memory, and an unknown field', () => {
    expect(faults({ features: 2 ** 20, dIn: 129 })).toEqual(['features']);
    expect(faults({ path: 'corpus.txt' })).toEqual(['']);
  });
});
