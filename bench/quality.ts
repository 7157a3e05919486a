/**
 * Do runs come out as well as SAELens's on the same activations? Trains each variant at the quickstart's settings, here and
 * in SAELens, and measures both on the same held-out activations.
 *
 *     pnpm bench:quality [--json] [--tokens 300000,3000000] [--seeds 0,1,2] [--variant <part of a name>]
 *                        [--hook blocks.2.hook_mlp_out] [--width 1024] [--by sae-lab|sae-lens] [--data <folder>]
 *
 * Prints a JSON line per SAE and, without --json, the differences at equal L0. How to have SAELens is in
 * bench/peers/README.md; without it only our runs are made. At 300,000 tokens it takes about ten minutes on two cores.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { SaeLabError } from '@sae-lab/errors';
import { findPython } from './peers/peers.ts';
import { exportTrainingRows, quickstartActivations } from './quality/activations.ts';
import { CASES } from './quality/cases.ts';
import { summaryOf, type By, type Result } from './quality/summary.ts';
import { oursOn, saeLensOn, type Trainer } from './quality/train.ts';
import { round } from './training/timing.ts';

const { values: options } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  options: {
    json: { type: 'boolean', default: false },
    tokens: { type: 'string', default: '300000' },
    seeds: { type: 'string', default: '0,1,2' },
    variant: { type: 'string', default: '' },
    hook: { type: 'string', default: 'blocks.2.hook_mlp_out' },
    width: { type: 'string', default: '1024' },
    by: { type: 'string' },
    data: { type: 'string', default: process.env['SAE_LAB_DATA'] ?? '.sae-lab' },
  },
});

const store = await quickstartActivations(options.hook, options.data);
const threads = availableParallelism();
const trainers: [By, Trainer][] = [];
if (options.by !== 'sae-lens') trainers.push(['sae-lab', oursOn(store, threads)]);
const python = options.by === 'sae-lab' ? undefined : pythonIfThere();
using rows = python === undefined ? undefined : await exportTrainingRows(store);
if (rows !== undefined) trainers.push(['sae-lens', saeLensOn(store, rows, python!, threads)]);

const results: Result[] = [];
for (const tokens of numbers(options.tokens)) {
  for (const { variant, coefficients } of CASES.filter(({ variant }) =>
    variant.name.includes(options.variant),
  )) {
    for (const seed of numbers(options.seeds)) {
      for (const [by, train] of trainers) {
        for (const coefficient of coefficients[by]) {
          const job = { coefficient, tokens, seed };
          const quality = await train({ ...job, variant, dSae: Number(options.width) });
          results.push({ by, variant: variant.name, ...job, ...quality });
          const rounded = Object.entries(quality).map(([key, value]) => [key, round(value)]);
          console.log(
            JSON.stringify({
              bench: 'quality',
              by,
              variant: variant.name,
              ...job,
              ...Object.fromEntries(rounded),
            }),
          );
        }
      }
    }
  }
}
if (!options.json) for (const line of summaryOf(results)) console.log(line);

function numbers(list: string): number[] {
  return list.split(',').map(Number);
}

function pythonIfThere(): string | undefined {
  try {
    return findPython();
  } catch (error) {
    if (!(error instanceof SaeLabError)) throw error;
    console.error(error.message);
    return undefined;
  }
}
