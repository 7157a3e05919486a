/**
 * Compares the speed of the CPU backend's kernels with tfjs's wasm backend, in one process and in turn.
 *
 *     node bench/kernels.ts
 *
 * Prints a JSON line per case: the fastest of twelve repetitions in ms, and `ratio`, tfjs's time over ours. On two cores,
 * products are 5 to 400 times faster than tfjs's, whose transposed products are slow; sums over columns and tiles 80 to 400
 * times. selectTopK takes about 10 ms for any k.
 */
import { runMain } from '@sae-lab/command-line';
import * as tf from '@tensorflow/tfjs';
import { cpuBackendName, selectTopK, useCpuBackend } from '@sae-lab/kernels';
import { kernelsCommand } from './commands.ts';

interface Case {
  case: string;
  run: () => tf.Tensor;
  flops?: number;
}

await runMain(kernelsCommand, async () => {
  const info = await useCpuBackend();
  print({ backend: info.name, threads: info.threads, runtime: info.runtime, warnings: info.warnings });

  for (const [m, k, n] of [
    [2048, 128, 1024],
    [4096, 512, 4096],
  ] as const) {
    for (const [transposeA, transposeB] of [
      [false, true],
      [false, false],
      [true, false],
    ] as const) {
      const a = normal(transposeA ? [k, m] : [m, k]);
      const b = normal(transposeB ? [n, k] : [k, n]);
      const shapes = `[${m}, ${k}]${transposeA ? 'ᵀ' : ''} × [${k}, ${n}]${transposeB ? 'ᵀ' : ''}`;
      await compare({
        case: `product ${shapes}`,
        run: () => tf.matMul(a, b, transposeA, transposeB),
        flops: 2 * m * k * n,
      });
      tf.dispose([a, b]);
    }
  }

  const rows = 2048;
  const columns = 1024;
  const x = normal([rows, columns]);
  const y = normal([rows, columns]);
  const row = normal([columns]);
  const indices = tf.range(0, rows / 2, 1, 'int32');
  const elementwise: Record<string, () => tf.Tensor> = {
    add: () => x.add(y),
    mul: () => x.mul(y),
    'sub row': () => x.sub(row),
    relu: () => x.relu(),
    step: () => x.step(),
    'greater + cast': () => tf.tidy(() => x.greater(0).cast('float32')),
    maximum: () => x.maximum(y),
    exp: () => x.exp(),
    tanh: () => x.tanh(),
    softplus: () => x.softplus(),
    sqrt: () => x.sqrt(),
    'square by pow': () => x.pow(2),
    'sum of all': () => x.sum(),
    'sum of rows': () => x.sum(1),
    'sum of columns': () => x.sum(0),
    'mean of columns': () => x.mean(0),
    transpose: () => x.transpose(),
    'tile row': () => row.expandDims(0).tile([rows, 1]),
    'gather rows': () => x.gather(indices),
  };
  for (const [name, run] of Object.entries(elementwise)) {
    await compare({ case: `${name} ${rows} × ${columns}`, run });
  }

  const z = x as tf.Tensor2D;
  await tf.setBackend(cpuBackendName);
  for (const k of [1, 32, 256])
    report(
      `selectTopK ${k} of ${rows} × ${columns}`,
      fastest(() => selectTopK(z, k)),
    );
  const flat = z.reshape<tf.Tensor2D>([1, rows * columns]);
  report(
    `selectTopK ${32 * rows} of 1 × ${rows * columns}`,
    fastest(() => selectTopK(flat, 32 * rows)),
  );
});

function normal(shape: number[]): tf.Tensor {
  return tf.randomNormal(shape, 0, 1, 'float32', 1);
}

async function compare({ case: name, run, flops }: Case): Promise<void> {
  await tf.setBackend(cpuBackendName);
  const ms = fastest(run);
  await tf.setBackend('wasm');
  const tfjsMs = fastest(run);
  const speed =
    flops === undefined ? {} : { gflops: round(flops / ms / 1e6), tfjsGflops: round(flops / tfjsMs / 1e6) };
  print({ case: name, ms: round(ms), tfjsMs: round(tfjsMs), ratio: round(tfjsMs / ms), ...speed });
}

/** Least time in ms, which other load on the machine disturbs least; a kernel of seconds is run only once. */
function fastest(run: () => tf.Tensor): number {
  const time = () => {
    const start = performance.now();
    run().dispose();
    return performance.now() - start;
  };
  const first = time();
  if (first > 1000) return first;
  return Math.min(first, ...Array.from({ length: 11 }, time));
}

function report(name: string, ms: number): void {
  print({ case: name, ms: round(ms) });
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
