/**
 * Does memory stay constant as the data grows? Extracts two hooks of the bundled model from 100,000 and from 1,000,000
 * tokens, then trains TopK for one epoch on each. Every measurement runs in a separate process.
 *
 *     node bench/memory.ts
 *
 * Prints a JSON line per measurement and one with the ratios. Expected: for both, the peak resident memory of the larger is
 * within 10 % of the smaller.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runMain } from '@sae-lab/command-line';
import { CORE_MATH_VERSION, executeRun, resolveTraining, trainingSettings } from '@sae-lab/core';
import { extractActivations, openActivations, type ExtractionSpec } from '@sae-lab/core/activations';
import { topk } from '@sae-lab/topk';
import { memoryCommand } from './commands.ts';

const { variant } = topk;

interface Measurement {
  readonly what: 'extract' | 'train';
  readonly rows: number;
  readonly rowsPerSecond: number;
  readonly peakMegabytes: number;
}

// As for `pnpm sweep` and its workers. By default V8's young generation grows with the age of a process, by up to 100 MB of
// garbage. With a fixed size, only the data can make memory grow.
const V8_FLAGS = ['--max-semi-space-size=8'];
const ROWS = [100_000, 1_000_000];
const HOOK = 'blocks.2.hook_mlp_out';
const repositoryPath = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

function specOf(rows: number, dataDir: string): ExtractionSpec {
  return {
    model: { kind: 'folder', folder: repositoryPath('models/neox-1.7m') },
    dataset: { kind: 'jsonl', path: repositoryPath('models/corpus/public-domain-en.jsonl.gz') },
    hooks: [HOOK, 'blocks.4.hook_resid_post'],
    settings: { maxRows: rows },
    dataDir,
  };
}

async function extract(rows: number, dataDir: string): Promise<void> {
  const started = performance.now();
  await extractActivations(specOf(rows, dataDir));
  print('extract', rows, started);
}

async function train(rows: number, activationsFolder: string): Promise<void> {
  const { id, dIn } = await openActivations(activationsFolder);
  const hyper = { k: 32, auxWeight: 1 / 32 };
  const settings = trainingSettings.parse({ tokens: rows, batchSize: 2048 });
  const spec = {
    variant: {
      name: variant.name,
      mathVersion: variant.mathVersion,
    },
    coreMathVersion: CORE_MATH_VERSION,
    hyper,
    hook: HOOK,
    dSae: 1024,
    seed: 0,
    activationsId: id,
    training: resolveTraining(settings, variant, {
      hyper,
      dIn,
      dSae: 1024,
    }),
    evaluation: { holdout: 0.1 },
  };
  const origin = { modelName: 'neox-1.7m', hookName: HOOK, contextSize: 128, prependBos: true };
  const runFolder = join(activationsFolder, '..', 'run');
  const started = performance.now();
  await executeRun(
    { spec, variant, activationsFolder, runFolder, origin, threads: 1 },
    { onEvent: () => {}, signal: new AbortController().signal },
  );
  print('train', rows, started);
}

function print(what: Measurement['what'], rows: number, started: number): void {
  const measurement: Measurement = {
    what,
    rows,
    rowsPerSecond: Math.round((rows / (performance.now() - started)) * 1000),
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  };
  console.log(JSON.stringify(measurement));
}

function measure(args: readonly string[]): Measurement {
  const command = [...V8_FLAGS, import.meta.filename, ...args];
  const { stdout, status, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  process.stdout.write(stdout);
  return JSON.parse(stdout) as Measurement;
}

const ratio = ([small, large]: number[]): number => Number((large! / small!).toFixed(3));

async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sae-lab-memory-'));
  try {
    const peaks = { extract: [] as number[], train: [] as number[] };
    for (const rows of ROWS) {
      const folder = join(dataDir, String(rows));
      peaks.extract.push(measure(['extract', String(rows), folder]).peakMegabytes);
      const [store] = await extractActivations(specOf(rows, folder));
      peaks.train.push(measure(['train', String(rows), store!.folder]).peakMegabytes);
    }
    console.log(JSON.stringify({ what: 'ratio', extract: ratio(peaks.extract), train: ratio(peaks.train) }));
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

// The child processes receive what to measure as arguments.
const [what, rows, folder] = process.argv.slice(2);
if (what === 'extract') await extract(Number(rows), folder!);
else if (what === 'train') await train(Number(rows), folder!);
else await runMain(memoryCommand, main);
