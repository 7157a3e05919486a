import { describe, expect, it } from 'vitest';
import { decodeFloat16, encodeFloat16 } from './float16.ts';

function roundTrip(values: number[]): number[] {
  const bits = new Uint16Array(values.length);
  encodeFloat16(Float32Array.from(values), bits);
  const back = new Float32Array(values.length);
  decodeFloat16(bits, back);
  return [...back];
}

const isNaNBits = (bits: number): boolean => (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;

describe('half precision', () => {
  it('keeps every half-precision value', () => {
    const all = Uint16Array.from({ length: 1 << 16 }, (_, bits) => bits);
    const values = new Float32Array(all.length);
    decodeFloat16(all, values);
    const back = new Uint16Array(all.length);
    encodeFloat16(values, back);
    expect([...all].filter((bits) => !isNaNBits(bits) && back[bits] !== bits)).toEqual([]);
    expect([...all].every((bits) => Number.isNaN(values[bits]) === isNaNBits(bits))).toBe(true);
  });

  it('rounds to nearest, ties to even', () => {
    const ulp = 2 ** -10;
    expect(roundTrip([1 + ulp / 2, 1 + 1.5 * ulp, 1 + 0.51 * ulp, -(1 + 0.49 * ulp)])).toEqual([
      1,
      1 + 2 * ulp,
      1 + ulp,
      -1,
    ]);
    expect(roundTrip([2 ** -25, 1.5 * 2 ** -24, 0.51 * 2 ** -24, 2.5 * 2 ** -24])).toEqual([
      0,
      2 * 2 ** -24,
      2 ** -24,
      2 * 2 ** -24,
    ]);
    expect(roundTrip([65504, 65519, 65520, -70000])).toEqual([65504, 65504, Infinity, -Infinity]);
  });

  it('is within 2^-11 of the exact value', () => {
    const values = Array.from({ length: 5000 }, (_, i) => Math.fround(Math.sin(i) * 2 ** ((i % 28) - 13)));
    roundTrip(values).forEach((rounded, i) => {
      expect(Math.abs(rounded - values[i]!)).toBeLessThanOrEqual(
        Math.max(Math.abs(values[i]!) * 2 ** -11, 2 ** -25),
      );
    });
  });
});
