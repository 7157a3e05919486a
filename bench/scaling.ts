/**
 * How does the time of a TopK step grow with the width F, the dimension d, the batch B and k? Each is varied alone around
 * d 256, F 4096, B 2048, k 32. An exponent is the slope of a straight line through the times on log axes.
 *
 *     pnpm bench:scaling [--svg docs/images/scaling.svg]
 *
 * Prints a JSON line per point and one per fit. docs/performance.md has results.
 */
import { writeFileSync } from 'node:fs';
import { runMain } from '@sae-lab/command-line';
import { useCpuBackend } from '@sae-lab/kernels';
import { topk } from '@sae-lab/topk';
import { scalingCommand } from './commands.ts';
import { fitPowerLaw } from './scaling/fit.ts';
import { plot, type Panel } from './scaling/plot.ts';
import { BenchTrainer } from './training/bench-trainer.ts';
import { median, round, time } from './training/timing.ts';

const WARM_UP = 3;
const STEPS = 11;
const BASE = { F: 4096, d: 256, B: 2048, k: 32 };
type Shape = typeof BASE;

const VARIED: Record<keyof Shape, { title: string; values: readonly number[] }> = {
  F: { title: 'width F', values: [1024, 2048, 4096, 8192, 16_384] },
  d: { title: 'dimension d', values: [64, 128, 256, 512, 1024] },
  B: { title: 'batch B', values: [512, 1024, 2048, 4096, 8192] },
  k: { title: 'active latents k', values: [8, 16, 32, 64, 128] },
};

await runMain(scalingCommand, async ({ options }) => {
  await useCpuBackend();
  // The four variables share the middle point.
  const measured = new Map<string, number>();
  const panels: Panel[] = [];
  for (const variable of ['F', 'd', 'B', 'k'] as const) {
    const { title, values } = VARIED[variable];
    const points = [];
    for (const value of values) {
      const shape = { ...BASE, [variable]: value };
      const key = JSON.stringify(shape);
      const ms = measured.get(key) ?? (await msPerStep(shape));
      measured.set(key, ms);
      points.push({ x: value, y: ms });
      print({ bench: 'scaling', variable, value, ...shape, msPerStep: round(ms) });
    }
    const fit = fitPowerLaw(points);
    panels.push({ title, symbol: variable, points, fit });
    const [from, to] = [values[0], values.at(-1)];
    print({ bench: 'scaling-fit', variable, from, to, exponent: round(fit.exponent), r2: round(fit.r2) });
  }
  if (options.svg !== undefined) writeFileSync(options.svg, plot(panels, 'ms per step'));
});

async function msPerStep({ F, d, B, k }: Shape): Promise<number> {
  const trainer = new BenchTrainer({ variant: topk.variant, hyper: { k }, k, dIn: d, dSae: F, batch: B });
  const times: number[] = [];
  for (let step = 0; step < WARM_UP + STEPS; step++) {
    const ms = await time(() => trainer.step());
    if (step >= WARM_UP) times.push(ms);
  }
  trainer.dispose();
  return median(times);
}

function print(line: Record<string, unknown>): void {
  console.log(JSON.stringify(line));
}
