import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { KernelExports } from './kernel-exports.ts';
import { kernelModule } from './kernel-module.ts';
import { wasm } from './web-assembly.ts';

// Sizes that are not a multiple of the vector length or of a group of rows.
const [rows, width, columns, k] = [37, 70, 48, 5];
const START = 1024;
const CPU = '/proc/cpuinfo';

/** Numbers whose sums have different bits in a different order. */
const numbers = (count: number, seed: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin((i + 1) * seed) * Math.exp(((i * 7) % 5) - 2));
const integers = (count: number, at: (i: number) => number): Int32Array =>
  Int32Array.from({ length: count }, (_, i) => at(i));

/** All of memory, as bits, after the kernels have run on the same numbers. */
function bitsOf(isShared: boolean, isWide: boolean): Uint32Array {
  const memory = new wasm.Memory({ initial: 16, maximum: 65_536, shared: isShared });
  const module = kernelModule(isShared, isWide);
  const run = new wasm.Instance(module, { env: { memory }, rows: { spill: 64 } }).exports as KernelExports;
  let end = START;
  const allocate = (count: number): number => {
    const offset = end;
    end = (end + count * 4 + 63) & ~63;
    return offset;
  };
  const put = (content: Float32Array | Int32Array): number => {
    const View = content instanceof Float32Array ? Float32Array : Int32Array;
    const offset = allocate(content.length);
    new View(memory.buffer, offset, content.length).set(content);
    return offset;
  };
  const [x, W, bias] = [numbers(rows * width, 1.3), numbers(columns * width, 2.1), numbers(width, 0.7)].map(
    put,
  );
  const values = put(numbers(rows * k, 3.7));
  const rowStart = put(integers(rows + 1, (row) => row * k));
  const columnOf = put(integers(rows * k, (i) => (i % k) * 9 + (Math.floor(i / k) % 9)));
  const columnStart = put(integers(columns + 1, (column) => column * 3));
  const rowOf = put(integers(columns * 3, (i) => (i * 5) % rows));
  const bounds = put(integers(1, () => columns));
  const [errors, slopes, sums, product] = [rows * width, rows * k, rows, width].map(allocate);
  const [gradient, m, v] = [W, W, W].map(() => allocate(columns * width));

  const code = [rowStart, columnOf, values] as const;
  run.codeErrors(0, rows, rows, ...code, W!, width, bias!, bounds, 1, x!, errors!, slopes!, sums!);
  const strip = allocate((rows + 1) * 32);
  for (let first = 0; first < width; first += 32) {
    const sorted = [rows, columnStart, rowOf, values, width, bounds, 1] as const;
    run.weightGradients(0, columns, first, ...sorted, errors!, gradient!, 0, strip);
  }
  run.vectorProduct(0, Math.ceil(width / 16), rows, width, sums!, x!, product!);
  const rates = [0.7, 0.9, 0.1, 0.999, 0.001, 0.01, 0.03, 1e-8] as const;
  run.adam(0, columns, width, W!, m!, v!, ...rates, 1, gradient!);
  const ofX = (): number => allocate(rows * width);
  run.positivePart(0, rows, width, x!, ofX());
  run.whereOn(0, rows, width, errors!, x!, ofX());
  run.add(0, rows, width, errors!, x!, ofX());
  run.nonZeroColumns(0, 2, 2, rows, width, x!, allocate(2 * width));
  run.transpose(0, Math.ceil(rows / 16), rows, width, x!, ofX());
  run.quantiseInputs(0, rows, rows, 64, x!, allocate(rows * 16), allocate(4 * rows));
  return new Uint32Array(memory.buffer, START, (end - START) / 4).slice();
}

it('wide vectors give the same bits', () => {
  const bits = bitsOf(true, true);
  expect(bits).toEqual(bitsOf(false, false));
  expect(new Set(bits).size).toBeGreaterThan(5000);
});

/** Compiles the kernels in a separate process; returns the number of functions that V8 widens. */
function widenedFunctions(env: NodeJS.ProcessEnv): number {
  const url = new URL('./kernel-module.ts', import.meta.url).href;
  const program = `import('${url}').then(({ kernelModule }) => kernelModule(true))`;
  // One compilation task, so that lines are not interleaved.
  const flags = ['--trace-wasm-revectorize', '--wasm-num-compilation-tasks=1'];
  const { stdout, status } = spawnSync(process.execPath, [...flags, '-e', program], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, ...env },
  });
  expect(status).toBe(0);
  return stdout.match(/Decide to vectorize, [1-9]\d* revectorizable nodes/g)?.length ?? 0;
}

describe.skipIf(!existsSync(CPU) || !readFileSync(CPU, 'utf8').includes(' avx2 '))(
  'on a processor with vectors of 32 bytes (AVX2, as reported by Linux)',
  () => {
    it('the kernels are widened', () =>
      expect(widenedFunctions({ SAE_LAB_WIDE_VECTORS: undefined })).toBeGreaterThanOrEqual(8));

    it('SAE_LAB_WIDE_VECTORS=0 turns it off', () =>
      expect(widenedFunctions({ SAE_LAB_WIDE_VECTORS: '0' })).toBe(0));
  },
);
