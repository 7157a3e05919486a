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

// Around the sizes at which ONNX Runtime cuts the work, and at which it takes other routines.
const size = fc.oneof(
  fc.constantFrom(1, 2, 3, 8, 16, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1024),
  fc.integer({ min: 1, max: 300 }),
);

test(
  'the bits of a product depend neither on the number of threads nor on the place in memory',
  { timeout: 60_000 },
  () => {
    fc.assert(
      fc.property(
        ...([size, size, size, fc.boolean(), fc.boolean(), fc.boolean()] as const),
        (m, n, k, transposeA, transposeB, withBias) => {
          const [a, b] = [noise(m * k, 1), noise(k * n, 2)];
          const bias = withBias ? { bias: noise(n, 3), relu: true } : {};
          const run = (gemm: Gemm, place: number) => {
            const out = displaced(new Float32Array(m * n).fill(Number.NaN), place);
            const operands = { a: displaced(a, place), b: displaced(b, 3 * place) };
            const args: GemmArgs = { ...operands, out, transposeA, transposeB, m, n, k, ...bias };
            gemm(args);
            return Buffer.from(out.slice().buffer);
          };
          const expected = run(single, 0);
          expect(new Float32Array(expected.buffer).includes(Number.NaN)).toBe(false);
          [single, ...several, single, ...several].forEach((gemm, place) => {
            expect(run(gemm, place).equals(expected)).toBe(true);
          });
        },
      ),
      { numRuns: 250 },
    );
  },
);

/** The values at another distance from a cache line's start. */
function displaced(values: Float32Array, place: number): Float32Array {
  const copy = new Float32Array(new ArrayBuffer(4 * (values.length + place)), 4 * place);
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
