import { emscriptenHeap } from '../heap/allocation.ts';
import { type Kernel, type KernelReplacement, input } from './replacement.ts';

export const SELECT_TOP_K = 'SelectTopK';

/**
 * Keeps the k largest positive values of each row; see `selectTopK`.
 *
 * It compares the values' bits as int32: positive floats sort as their bits do, and everything with a sign bit is below zero.
 * Choosing then needs no branch, which the processor would mispredict half of the time.
 */
export const selectTopKReplacement: KernelReplacement = {
  kernelName: SELECT_TOP_K,
  build: () => selectTopK,
  cases: [
    {
      inputs: { z: { values: [1, 3, -2, 3, 2, -1, 0, 5, 0, 0], shape: [2, 5] } },
      attrs: { k: 2 },
      expected: [0, 3, 0, 3, 0, 0, 0, 5, 0, 0],
    },
    {
      inputs: { z: { values: Array.from({ length: 64 }, (_, i) => (i * 37) % 64), shape: [1, 64] } },
      attrs: { k: 3 },
      expected: Array.from({ length: 64 }, (_, i) => ((i * 37) % 64 > 60 ? (i * 37) % 64 : 0)),
    },
  ],
};

const selectTopK: Kernel = (args) => {
  const { backend } = args;
  const z = input(args, 'z');
  const k = args.attrs['k'] as number;
  const [rows = 0, columns = 0] = z.shape;
  const out = backend.makeOutput(z.shape, 'float32');
  const { buffer } = emscriptenHeap(backend).HEAPU8;
  const select = rowSelector(k, columns);
  for (let row = 0; row < rows; row++) {
    const view = (info: typeof z) =>
      new Int32Array(buffer, backend.getMemoryOffset(info.dataId) + row * columns * 4, columns);
    const zRow = view(z);
    const outRow = view(out);
    if (select(zRow, outRow)) keepNotANumber(zRow, outRow);
  }
  return out;
};

/** Writes the selected values of a row and 0 elsewhere. Returns whether a value is NaN. */
type SelectRow = (z: Int32Array, out: Int32Array) => boolean;

const ABSOLUTE_BITS = 0x7fffffff;
const INFINITY_BITS = 0x7f800000;

const DIGITS = [
  { shift: 20, size: 2048 },
  { shift: 10, size: 1024 },
  { shift: 0, size: 1024 },
] as const;

/** Finds the k-th largest positive value digit by digit, among the values that remain candidates. */
function rowSelector(k: number, columns: number): SelectRow {
  const counts = new Int32Array(2048);
  const left = new Int32Array(columns);
  return (z, out) => {
    let count = 0;
    let signs = 0;
    for (let i = 0; i < z.length; i++) {
      const value = z[i] as number;
      signs |= INFINITY_BITS - (value & ABSOLUTE_BITS);
      left[count] = value;
      count += (-value & ~value) >>> 31; // 1 where value > 0
    }
    let bound = 0;
    let wanted = k;
    if (k > 0 && count > k) {
      for (const { shift, size } of DIGITS) {
        counts.fill(0);
        for (let j = 0; j < count; j++) {
          const digit = ((left[j] as number) >> shift) & (size - 1);
          counts[digit] = (counts[digit] as number) + 1;
        }
        let digit = size - 1;
        while ((counts[digit] as number) < wanted) wanted -= counts[digit--] as number;
        bound |= digit << shift;
        let matching = 0;
        for (let j = 0; j < count; j++) {
          const value = left[j] as number;
          left[matching] = value;
          if (((value >> shift) & (size - 1)) === digit) matching++;
        }
        count = matching;
      }
    }
    const below = k === 0 ? ABSOLUTE_BITS : Math.max(bound, 1) - 1;
    for (let i = 0; i < z.length; i++) {
      const value = z[i] as number;
      out[i] = value & ((below - value) >> 31) & ~(value >> 31);
    }
    // All values equal to the bound have been kept: drop the surplus from the end.
    for (let i = z.length, surplus = bound === 0 ? 0 : count - wanted; surplus > 0;) {
      if (z[--i] === bound) {
        out[i] = 0;
        surplus--;
      }
    }
    return signs < 0;
  };
}

/** Keeps NaN, so that a diverged run is noticed: without it, NaN would look like an inactive latent. */
function keepNotANumber(z: Int32Array, out: Int32Array): void {
  z.forEach((value, i) => {
    if ((value & ABSOLUTE_BITS) > INFINITY_BITS) out[i] = value;
  });
}
