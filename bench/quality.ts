/**
 * Are our SAEs as good as SAELens's on the same activations? Trains each variant with the quickstart's settings, here and in
 * SAELens, and evaluates both on the same held-out activations.
 *
 *     pnpm bench:quality [--json] [--tokens 300000,3000000] [--seeds 0,1,2] [--variant <part of a name>]
 *                        [--hook blocks.2.hook_mlp_out] [--width 1024] [--by sae-lab|sae-lens] [--data <folder>]
 *
 * Prints a JSON line per SAE and, without --json, the differences at equal L0. bench/peers/README.md says how to install
 * SAELens; without it only our SAEs are trained. Takes about ten minutes on two cores at 300,000 tokens.
 */
import { availableParallelism } from 'node:os';
import { SaeLabError } from '@sae-lab/errors';
import { findPython } from './peers/peers.ts';
import { exportTrainingRows, quickstartActivations } from './quality/activations.ts';
import { parseOptions, type QualityOptions } from './quality/options.ts';
import { summaryOf, type By, type Result } from './quality/summary.ts';
import { inTemporaryFolder } from './quality/temporary-folder.ts';
import { oursOn, saeLensOn, type Trainer } from './quality/train.ts';
import { round } from './training/timing.ts';

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) console.log('See the head of bench/quality.ts.');
  else await compare(options);
} catch (error) {
  // Others are faults of this program, and need their stack.
  if (!(error instanceof SaeLabError)) throw error;
  console.error(`error ${error.code}\n${error.message}`);
  process.exitCode = error.code === 'cli.usage' ? 2 : 1;
}

async function compare(options: QualityOptions): Promise<void> {
  const store = await quickstartActivations(options.hook, options.dataDir);
  const threads = availableParallelism();
  const python = options.by.includes('sae-lens') ? pythonFor(options) : undefined;
  await inTemporaryFolder(async (folder) => {
    const trainers: [By, Trainer][] = [];
    if (options.by.includes('sae-lab')) trainers.push(['sae-lab', oursOn(store, threads)]);
    if (python !== undefined) {
      const rows = await exportTrainingRows(store, folder);
      trainers.push(['sae-lens', saeLensOn(store, rows, python, threads)]);
    }
    await trainAll(options, trainers);
  });
}

async function trainAll(options: QualityOptions, trainers: readonly [By, Trainer][]): Promise<void> {
  const results: Result[] = [];
  for (const tokens of options.tokens) {
    for (const { variant, coefficients } of options.cases) {
      for (const seed of options.seeds) {
        for (const [by, train] of trainers) {
          for (const coefficient of coefficients[by]) {
            const job = { coefficient, tokens, seed };
            const quality = await train({ ...job, variant, dSae: options.width });
            results.push({ by, variant: variant.name, ...job, ...quality });
            const figures = Object.fromEntries(
              Object.entries(quality).map(([key, value]) => [key, round(value)]),
            );
            console.log(JSON.stringify({ bench: 'quality', by, variant: variant.name, ...job, ...figures }));
          }
        }
      }
    }
  }
  if (!options.json) for (const line of summaryOf(results)) console.log(line);
}

/** Without SAELens our own runs are still worth having, unless they are not asked for. */
function pythonFor({ by }: QualityOptions): string | undefined {
  try {
    return findPython(['torch', 'sae_lens', 'numpy', 'safetensors']);
  } catch (error) {
    if (!(error instanceof SaeLabError) || !by.includes('sae-lab')) throw error;
    console.error(error.message);
    return undefined;
  }
}
