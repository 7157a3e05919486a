import { SaeLabError } from '@sae-lab/errors';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linear, linearVariant } from '../testing/linear-variant.ts';
import { choice, logUniform, uniform } from './axes.ts';
import { defineSweep } from './define-sweep.ts';
import type { ModelSweepInput, SweepInput } from './sweep-input.ts';

const RUNS = { seed: 1, numRuns: 500 };

const strings = fc.string({ minLength: 1, maxLength: 8 });
const listOf = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(values, { minLength: 1, maxLength: 3 });
const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
const coefficients = fc.oneof(
  positive,
  listOf(positive),
  fc.tuple(positive, positive).map(([low, width]) => uniform(low, low + width + 1)),
  fc.tuple(positive, positive).map(([low, ratio]) => logUniform(low, low * (1 + ratio))),
  listOf(positive).map((values) => choice(values)),
);
const fraction = fc.double({ min: 0, max: 0.9, noNaN: true });
const lengths = fc.oneof(
  fc.record({ steps: fc.integer({ min: 1 }) }),
  fc.record({ tokens: fc.integer({ min: 1 }) }),
  fc.record({ epochs: positive }),
);

const onAModel: fc.Arbitrary<ModelSweepInput> = fc
  .record({
    name: strings,
    model: strings,
    dataset: fc.record({ kind: fc.constantFrom('text', 'jsonl'), path: strings }),
    hooks: listOf(strings),
    grid: fc.record(
      { l1: coefficients, flavour: fc.constantFrom('plain', 'salted'), latents: fc.integer({ min: 1 }) },
      { requiredKeys: ['l1'] },
    ),
    widths: listOf(fc.integer({ min: 1 })),
    seeds: listOf(fc.nat()),
    activations: fc.record({ maxTokens: fc.integer({ min: 1 }), prependBos: fc.boolean() }),
    training: fc
      .tuple(lengths, fc.record({ learningRate: coefficients, warmup: fraction }, { requiredKeys: [] }))
      .map(([length, rest]) => ({ ...length, ...rest })),
    evaluation: fc.record({ holdout: fraction }, { requiredKeys: [] }),
    samples: fc.integer({ min: 1, max: 4 }),
    sampleSeed: fc.integer(),
  })
  .map(({ grid, ...rest }) => ({ ...rest, variants: [linear(grid)] }));

const strengths = fc.constantFrom(
  { law: 'uniform', low: 0, high: 2 },
  { law: 'exponential' },
  { law: 'constant' },
);
const synthetic: fc.Arbitrary<SweepInput> = fc
  .tuple(
    onAModel,
    fc.record(
      {
        kind: fc.constant('synthetic' as const),
        features: fc.integer({ min: 1, max: 1000 }),
        dIn: fc.integer({ min: 1, max: 1000 }),
        active: fc.double({ min: 0.1, max: 1, noNaN: true }),
        frequencyExponent: fc.double({ min: 0, max: 3, noNaN: true }),
        strengths: strengths as fc.Arbitrary<{ law: 'constant' }>,
        noise: fraction,
        rows: fc.integer({ min: 1, max: 1e6 }),
        seed: fc.nat(),
      },
      { requiredKeys: ['kind', 'features', 'dIn', 'active'] },
    ),
  )
  .map(([{ model: _m, hooks: _h, activations: _a, ...rest }, dataset]) => ({ ...rest, dataset }));
const valid: fc.Arbitrary<SweepInput> = fc.oneof(
  { weight: 2, arbitrary: onAModel },
  { weight: 1, arbitrary: synthetic },
);

const deep = Array.from({ length: 20_000 }).reduce<unknown>((inner) => [inner], 1);
const cycle: Record<string, unknown> = {};
cycle['self'] = cycle;

const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(NaN, Infinity, -Infinity, -1, 0, 1.5, 1e308, 2 ** 53, '', [], {}, null, undefined),
  fc.constantFrom<unknown>(10n, [10n], Symbol('s'), () => 1, deep, cycle, new Date(NaN), new Map([[1, 2]])),
  fc.constantFrom<unknown>(
    { distribution: 'uniform', low: '1', high: '2' },
    { distribution: 'uniform', low: 1n, high: 2n },
    { distribution: 'log-uniform', low: [1], high: [2] },
    { distribution: 'choice', values: 'abc' },
    { distribution: null },
    uniform(-1e308, 1e308),
    logUniform(1e-300, 1e300),
    logUniform(NaN, 1),
  ),
  fc.jsonValue(),
  fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true, withDate: true }),
);
const strangeKeys = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'training.learningRate', ''),
  fc.string(),
);

/** The result for a definition: 'accepted', or the error message. */
function answer(input: unknown): string {
  try {
    defineSweep(input as SweepInput);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof SaeLabError) || error.code !== 'sweep.invalid') throw error;
    return error.message;
  }
}
// The message starts with a field, or lists problems that do.
const REFUSED = /^(\S.*: |\d+ problems[^]*\n {2}- \S.*: )/;
const REFUSED_OR_ACCEPTED = /^(accepted$|\S.*: |\d+ problems[^]*\n {2}- \S.*: )/;

/** The path of every nested value of a definition. */
function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || path.at(-1) === 'hyper') return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

/** A copy with `replacement` at `path`, always as an own property. */
function replaced(value: unknown, [key, ...rest]: readonly string[], replacement: unknown): unknown {
  if (key === undefined) return replacement;
  const inner = replaced((value as Record<string, unknown>)[key], rest, replacement);
  if (Array.isArray(value)) return value.with(Number(key), inner);
  return { ...(value as object), [key]: inner };
}

describe('defineSweep', () => {
  it('accepts valid definitions', () =>
    fc.assert(
      fc.property(valid, (input) => {
        const { combinations, widths } = defineSweep(input);
        expect(combinations.length).toBeGreaterThan(0);
        expect(widths).toEqual(input.widths);
        for (const { hyper, training } of combinations) {
          expect(hyper['l1']).toBeGreaterThan(0);
          expect(training.learningRate ?? 1).toBeGreaterThan(0);
        }
      }),
      RUNS,
    ));

  it('names the invalid field of every other definition', () =>
    fc.assert(
      fc.property(junk, (input) => {
        expect(answer(input)).toMatch(REFUSED);
      }),
      RUNS,
    ));

  it('accepts junk in any place, or refuses it with sweep.invalid', () =>
    fc.assert(
      fc.property(valid, fc.nat(), junk, (input, place, value) => {
        const paths = pathsOf(input);
        const changed = replaced(input, paths[place % paths.length]!, value);
        expect(answer(changed)).toMatch(REFUSED_OR_ACCEPTED);
      }),
      { ...RUNS, numRuns: 2000 },
    ));

  it('refuses an unknown field anywhere', () =>
    fc.assert(
      fc.property(valid, fc.nat(4), strangeKeys, fc.jsonValue(), (input, place, key, value) => {
        const path = [[], ['dataset'], ['training'], ['evaluation'], ['variants', '0', 'grid']][place]!;
        const before = path.reduce<unknown>(
          (at, step) => (at as Record<string, unknown>)[step],
          input,
        ) as object;
        fc.pre(!Object.hasOwn(before, key) && !['tokens', 'epochs', 'steps', 'holdout', 'l1'].includes(key));
        expect(answer(replaced(input, path, { ...before, [key]: value }))).toMatch(REFUSED);
      }),
      RUNS,
    ));

  it('refuses junk for any part of a variant', () =>
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(linearVariant())), junk, (key, value) => {
        const variants = [{ variant: linearVariant({ [key]: value }), grid: { l1: 1 } }];
        expect(answer({ ...base, variants })).toMatch(REFUSED_OR_ACCEPTED);
      }),
      RUNS,
    ));

  it('refuses a sweep with too many runs before expanding them', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 1000 }),
        fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        (size, where) => {
          const many = Array.from({ length: size }, (_, i) => i + 1);
          const axes = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`axis${i}`, many]));
          const inputs: Record<string, unknown> = {
            a: { ...base, variants: [linear(axes as never)] },
            b: { ...base, variants: [linear({ l1: many, latents: many })], widths: many },
            c: { ...base, widths: many, seeds: many, hooks: many.map(String) },
            d: { ...base, variants: [linear({ l1: uniform(1, 2) })], samples: size * 1e9 },
            e: {
              ...base,
              variants: [linear({ l1: many })],
              training: { steps: 1, learningRate: many },
              seeds: many,
            },
          };
          expect(() => defineSweep(inputs[where] as SweepInput)).toThrow(
            /^variants: .* too many runs; expected at most 100000 runs/,
          );
        },
      ),
      { ...RUNS, numRuns: 300 },
    ));
});

const base: ModelSweepInput = {
  name: 'test',
  model: 'model',
  dataset: { kind: 'text', path: 'text.txt' },
  hooks: ['blocks.0.hook_mlp_out'],
  variants: [linear({ l1: [1, 2] })],
  widths: [8],
  seeds: [0],
  training: { steps: 10 },
};
