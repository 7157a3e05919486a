/**
 * Are our SAEs as good as SAELens's on the same activations? Trains each variant with the quickstart's settings, here and in
 * SAELens, and evaluates both on the same held-out activations.
 *
 *     pnpm bench:quality --help
 *
 * Prints a JSON line per SAE and, without --json, the differences at equal L0. bench/peers/README.md says how to install
 * SAELens; without it only our SAEs are trained. Takes about ten minutes on two cores at 300,000 tokens.
 */
import { availableParallelism } from 'node:os';
import { runMain, type OptionValues } from '@sae-lab/command-line';
import { expectedName, SaeLabError } from '@sae-lab/errors';
import { qualityCommand } from './commands.ts';
import { findPython } from './peers/peers.ts';
import { exportTrainingRows, quickstartActivations } from './quality/activations.ts';
import { CASES, type QualityCase } from './quality/cases.ts';
import { summaryOf, type By, type Result } from './quality/summary.ts';
import { inTemporaryFolder } from './quality/temporary-folder.ts';
import { oursOn, saeLensOn, type Trainer } from './quality/train.ts';
import { round } from './training/timing.ts';

type Options = OptionValues<typeof qualityCommand.options>;

interface QualityOptions extends Omit<Options, 'by'> {
  readonly cases: readonly QualityCase[];
  readonly by: readonly By[];
}

await runMain(qualityCommand, async ({ options }) =>
  compare({
    ...options,
    cases: casesNamed(options.variant),
    by: options.by === undefined ? ['sae-lab', 'sae-lens'] : [options.by],
  }),
);

function casesNamed(part = ''): readonly QualityCase[] {
  const cases = CASES.filter(({ variant }) => variant.name.includes(part));
  if (cases.length > 0) return cases;
  const names = CASES.map(({ variant }) => variant.name);
  throw new SaeLabError('cli.usage', {
    problem: 'is in the name of no variant',
    field: '--variant',
    expected: expectedName(part, names),
    received: part,
  });
}

async function compare(options: QualityOptions): Promise<void> {
  const store = await quickstartActivations(options.hook, options.data);
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
              Object.entries(quality).map(([key, value]) => [camelCase(key), round(value)]),
            );
            console.log(JSON.stringify({ bench: 'quality', by, variant: variant.name, ...job, ...figures }));
          }
        }
      }
    }
  }
  if (!options.json) for (const line of summaryOf(results)) console.log(line);
}

/** If SAELens is not installed, train only our own SAEs. Fail if `--by sae-lens` asks for nothing else. */
function pythonFor({ by }: Pick<QualityOptions, 'by'>): string | undefined {
  try {
    return findPython(['torch', 'sae_lens', 'numpy', 'safetensors']);
  } catch (error) {
    if (!(error instanceof SaeLabError) || !by.includes('sae-lab')) throw error;
    console.error(error.message);
    return undefined;
  }
}

/** Converts a figure's key to camel case, like all keys of the benchmarks: `explained_variance` → `explainedVariance`. */
function camelCase(key: string): string {
  return key.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
