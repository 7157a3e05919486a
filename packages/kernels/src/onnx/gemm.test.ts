import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { type Gemm, type GemmArgs, createGemm } from './gemm.ts';
import { loadOnnxRuntime } from './runtime.ts';

let single: Gemm;
let several: Gemm[];

beforeAll(async () => {
  const runtime = await loadOnnxRuntime();
  single = createGemm(runtime, 1);
  several = [2, 3, 4, 8].map((threads) => createGemm(runtime, threads));
});

// Around the sizes at which ONNX Runtime splits the work or switches routines.
const size = fc.oneof(
  fc.constantFrom(1, 2, 3, 8, 16, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1024),
  fc.integer({ min: 1, max: 300 }),
);

test(
  'a product has the same bits on any number of threads and anywhere in memory',
  { timeout: 60_000 },
  () => {
    fc.assert(
      fc.property(
        ...([size, size, size, fc.boolean(), fc.boolean(), fc.boolean()] as const),
        (m, n, k, transposeA, transposeB, withBias) => {
          const [a, b] = [noise(m * k, 1), noise(k * n, 2)];
          const bias = withBias ? { bias: noise(n, 3), relu: true } : {};
          const run = (gemm: Gemm, offset: number) => {
            const out = displaced(new Float32Array(m * n).fill(Number.NaN), offset);
            const operands = { a: displaced(a, offset), b: displaced(b, 3 * offset) };
            const args: GemmArgs = { ...operands, out, transposeA, transposeB, m, n, k, ...bias };
            gemm(args);
            return Buffer.from(out.slice().buffer);
          };
          const expected = run(single, 0);
          expect(new Float32Array(expected.buffer).includes(Number.NaN)).toBe(false);
          [single, ...several, single, ...several].forEach((gemm, offset) => {
            expect(run(gemm, offset).equals(expected)).toBe(true);
          });
        },
      ),
      { numRuns: 250 },
    );
  },
);

/** A copy at another offset from the start of a cache line. */
function displaced(values: Float32Array, offset: number): Float32Array {
  const copy = new Float32Array(new ArrayBuffer(4 * (values.length + offset)), 4 * offset);
  copy.set(values);
  return copy;
}

function noise(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}
