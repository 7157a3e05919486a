import { expect, it } from 'vitest';
import { canonicalJson, hashOfValue } from './content-hash.ts';

it('does not depend on the order of keys, but on every value', () => {
  const spec = { b: [1, { y: 2, x: 'é' }], a: null };
  expect(canonicalJson(spec)).toBe('{"a":null,"b":[1,{"x":"é","y":2}]}');
  expect(hashOfValue({ a: null, b: [1, { x: 'é', y: 2 }] })).toBe(hashOfValue(spec));
  expect(hashOfValue({ ...spec, a: 0 })).not.toBe(hashOfValue(spec));
  expect(hashOfValue({ ...spec, b: [{ y: 2, x: 'é' }, 1] })).not.toBe(hashOfValue(spec));
});
