import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { hashOfValue } from './content-hash.ts';

it('depends on every value, but not on the order of keys', () => {
  const spec = { b: [1, { y: 2, x: 'é' }], a: null };
  expect(hashOfValue({ a: null, b: [1, { x: 'é', y: 2 }] })).toBe(hashOfValue(spec));
  expect(hashOfValue({ ...spec, a: 0 })).not.toBe(hashOfValue(spec));
  expect(hashOfValue({ ...spec, b: [{ y: 2, x: 'é' }, 1] })).not.toBe(hashOfValue(spec));
});

it('returns the same hashes as earlier versions, so that stored runs keep their identity', () => {
  const spec = { b: [1, { y: 2, x: 'é' }], a: null, rate: 1e-7, big: 1e21, none: undefined };
  expect(hashOfValue({ ...spec, text: 'a"\u2028\u0007😀' })).toBe(
    '4f8866d550a8289c396d76865151a401f6982d8f4a40873c7d31e72b597beea3',
  );
});

it('distinguishes any two JSON values', () =>
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      fc.pre(JSON.stringify(a).isWellFormed() && JSON.stringify(b).isWellFormed());
      const isSame = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
      expect(hashOfValue(a) === hashOfValue(b)).toBe(isSame);
      expect(hashOfValue(sorted(a))).toBe(hashOfValue(a));
    }),
    { seed: 1, numRuns: 500 },
  ));

it.each([
  ['NaN', { rate: Number.NaN }],
  ['an infinity', [Infinity]],
  ['a lone surrogate', { name: '\ud83d' }],
])('refuses %s, which JSON cannot represent', (_, value) =>
  expect(() => hashOfValue(value)).toThrow('not allowed'),
);

/** The same value with sorted keys. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [key, sorted(inner)]);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
