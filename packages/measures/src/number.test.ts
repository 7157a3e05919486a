import { expect, test } from 'vitest';
import { bytes, fixed, integer, percent, short, significant } from './number.ts';

test('missing and non-finite values are named', () => {
  for (const format of [fixed(2), significant(3), short(3), percent(1), integer, bytes]) {
    expect([null, undefined, Number.NaN, Infinity, -Infinity].map((value) => format(value))).toEqual([
      '–',
      '–',
      'NaN',
      '∞',
      '−∞',
    ]);
  }
});

test.each([
  [fixed(1)(20.04), '20.0'],
  [fixed(2)(-0.001), '0.00'],
  [fixed(4)(-0.5), '−0.5000'],
  [significant(4)(0.0465), '0.04650'],
  [significant(4)(1.2e-7), '1.200e−7'],
  [significant(4)(0), '0.000'],
  [short(4)(0.0465), '0.0465'],
  [short(4)(1.2e-7), '1.2e−7'],
  [short(4)(2e7), '2e7'],
  [short(4)(100), '100'],
  [short(2)(200), '200'],
  [short(2)(99.96), '100'],
  [short(4)(999_999.9), '1e6'],
  [significant(4)(123.45), '123.5'],
  [short(3)(0), '0'],
  [percent(1)(0.123), '12.3 %'],
  [integer(1024), '1024'],
  [integer(19_213_055), '19\u202f213\u202f055'],
  [bytes(999), '999 B'],
  [bytes(1_053_480), '1.05 MB'],
])('%s', (shown, expected) => {
  expect(shown).toBe(expected);
});
