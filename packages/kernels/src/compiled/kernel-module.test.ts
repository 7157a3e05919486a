import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { kernelModule } from './kernel-module.ts';
import type { KernelExports } from './kernel-exports.ts';
import { wasm } from './web-assembly.ts';

// Neither whole vectors nor whole groups of rows.
const [rows, width, columns, k] = [37, 70, 48, 5];
const START = 1024;
const CPU = '/proc/cpuinfo';

/** Numbers whose sums have other bits in another order. */
const numbers = (count: number, seed: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin((i + 1) * seed) * Math.exp(((i * 7) % 5) - 2));
const wholes = (count: number, at: (i: number) => number): Int32Array =>
  Int32Array.from({ length: count }, (_, i) => at(i));

/** What the kernels make of the same numbers: all that is in memory when they are done, as bits. */
function bitsOf(isShared: boolean, widened: boolean): Uint32Array {
  const memory = new wasm.Memory({ initial: 16, maximum: 65_536, shared: isShared });
  const module = kernelModule(isShared, widened);
  const run = new wasm.Instance(module, { env: { memory }, rows: { spill: 64 } }).exports as KernelExports;
  let end = START;
  const take = (count: number): number => {
    const place = end;
    end = (end + count * 4 + 63) & ~63;
    return place;
  };
  const put = (content: Float32Array | Int32Array): number => {
    const View = content instanceof Float32Array ? Float32Array : Int32Array;
    const place = take(content.length);
    new View(memory.buffer, place, content.length).set(content);
    return place;
  };
  const [x, W, bias] = [numbers(rows * width, 1.3), numbers(columns * width, 2.1), numbers(width, 0.7)].map(
    put,
  );
  const values = put(numbers(rows * k, 3.7));
  const rowStart = put(wholes(rows + 1, (row) => row * k));
  const columnOf = put(wholes(rows * k, (i) => (i % k) * 9 + (Math.floor(i / k) % 9)));
  const columnStart = put(wholes(columns + 1, (column) => column * 3));
  const rowOf = put(wholes(columns * 3, (i) => (i * 5) % rows));
  const bounds = put(wholes(1, () => columns));
  const [errors, slopes, sums, product] = [rows * width, rows * k, rows, width].map(take);
  const [gradient, m, v] = [W, W, W].map(() => take(columns * width));

  const code = [rowStart, columnOf, values] as const;
  run.codeErrors(0, rows, rows, ...code, W!, width, bias!, bounds, 1, x!, errors!, slopes!, sums!);
  const strip = take((rows + 1) * 32);
  for (let first = 0; first < width; first += 32) {
    const sorted = [rows, columnStart, rowOf, values, width, bounds, 1] as const;
    run.weightGradients(0, columns, first, ...sorted, errors!, gradient!, 0, strip);
  }
  run.vectorProduct(0, Math.ceil(width / 16), rows, width, sums!, x!, product!);
  const rates = [0.7, 0.9, 0.1, 0.999, 0.001, 0.01, 0.03, 1e-8] as const;
  run.adam(0, columns, width, W!, m!, v!, ...rates, 1, gradient!);
  const ofX = (): number => take(rows * width);
  run.positivePart(0, rows, width, x!, ofX());
  run.whereOn(0, rows, width, errors!, x!, ofX());
  run.add(0, rows, width, errors!, x!, ofX());
  run.nonZeroColumns(0, 2, 2, rows, width, x!, take(2 * width));
  run.transpose(0, Math.ceil(rows / 16), rows, width, x!, ofX());
  run.quantiseInputs(0, rows, rows, 64, x!, take(rows * 16), take(4 * rows));
  return new Uint32Array(memory.buffer, START, (end - START) / 4).slice();
}

it('wider vectors give the same bits', () => {
  const bits = bitsOf(true, true);
  expect(bits).toEqual(bitsOf(false, false));
  expect(new Set(bits).size).toBeGreaterThan(5000);
});

it('kernels are widened where the processor has vectors of 32 bytes', (test) => {
  const isWide = existsSync(CPU) && readFileSync(CPU, 'utf8').includes(' avx2 ');
  if (!isWide) test.skip('this processor has no AVX2, or does not say so as Linux does');
  const url = new URL('./kernel-module.ts', import.meta.url).href;
  const program = `import('${url}').then(({ kernelModule }) => kernelModule(true))`;
  // One task, so that its lines are whole.
  const flags = ['--trace-wasm-revectorize', '--wasm-num-compilation-tasks=1'];
  const { stdout } = spawnSync(process.execPath, [...flags, '-e', program], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const widened = stdout.match(/Decide to vectorize, [1-9]\d* revectorizable nodes/g) ?? [];
  expect(widened.length).toBeGreaterThanOrEqual(8);
});
