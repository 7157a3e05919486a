/**
 * How long does it take to match the latents of two SAEs, and how much memory?
 *
 *     pnpm bench:matches [--widths n,n] [--dim n] [--shared n]
 *
 * Prints a JSON line per width: seconds, passes over all cosines, mean one-to-one cosine and peak memory. A part of the rows
 * has a copy in the other matrix, from nearly exact to very noisy, as SAEs of two seeds have; the rest is random.
 */
import { runMain } from '@sae-lab/command-line';
import { matchRows } from '@sae-lab/core';
import { useCpuBackend } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { matchesCommand } from './commands.ts';

await runMain(matchesCommand, async ({ options: { widths, dim, shared } }) => {
  const { threads } = await useCpuBackend();
  for (const width of widths) {
    const [a, b] = [normals(width, dim, 1), normals(width, dim, 2)];
    for (let row = 0; row < (shared / 100) * width; row++) {
      const noise = 0.2 + 0.15 * (row % 10);
      for (let d = 0; d < dim; d++) b[row * dim + d] = a[row * dim + d]! + noise * b[row * dim + d]!;
    }
    const start = performance.now();
    const found = await matchRows({ data: a, dIn: dim }, { data: b, dIn: dim });
    const seconds = (performance.now() - start) / 1000;
    const mean = found.a.partnerCosine.reduce((sum, cosine) => sum + cosine, 0) / width;
    const peakMb = process.resourceUsage().maxRSS / 1024;
    const line = { width, dim, shared, threads, seconds, passes: 1 + found.rounds, oneToOne: mean, peakMb };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
});

function normals(rows: number, columns: number, seed: number): Float32Array {
  const tensor = tf.randomNormal([rows, columns], 0, 1, 'float32', seed);
  const values = tensor.dataSync<'float32'>().slice();
  tensor.dispose();
  return values;
}
