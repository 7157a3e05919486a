/**
 * Does memory stay the same when the activations grow? Extracts two hooks of the shipped model from 100 thousand
 * and from 1 million tokens, then reads one epoch of training batches of each, every measurement in a process of
 * its own. Prints a JSON line per measurement and one with the ratios.
 *
 *   node bench/extraction-memory.ts
 *
 * Expected: peak resident memory of the larger run within 10 % of the smaller one, for both.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extractActivations, openActivations, type ExtractionSpec } from '@sae-lab/core/extraction';

interface Measurement {
  readonly what: 'extract' | 'read';
  readonly rows: number;
  readonly rowsPerSecond: number;
  readonly peakMegabytes: number;
}

// V8 lets its young generation grow with the time a process runs, by up to 100 MB of garbage, whatever is alive
// (25 MB here, after a collection at any point). Fixed, so that what is compared is the growth with the data.
const V8_FLAGS = ['--max-semi-space-size=8'];
const ROWS = [100_000, 1_000_000];
const repositoryPath = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

function specOf(rows: number, dataDir: string): ExtractionSpec {
  return {
    model: { kind: 'folder', folder: repositoryPath('models/neox-1.7m') },
    dataset: { kind: 'jsonl', path: repositoryPath('models/corpus/public-domain-en.jsonl.gz') },
    hooks: ['blocks.2.hook_mlp_out', 'blocks.4.hook_resid_post'],
    settings: { maxRows: rows },
    dataDir,
  };
}

async function extract(rows: number, dataDir: string): Promise<void> {
  const started = performance.now();
  await extractActivations(specOf(rows, dataDir));
  print('extract', rows, started);
}

async function read(rows: number, folder: string): Promise<void> {
  const store = await openActivations(folder);
  const split = { holdout: 0.1, seed: 0, part: 'train' } as const;
  const wanted = await store.countRows(split);
  const started = performance.now();
  // A buffer that both sizes fill, so that what is compared is the growth with the data.
  const stream = store.trainingBatches({ batchSize: 4096, split, seed: 0, bufferBytes: 32 * 2 ** 20 });
  for (let given = 0; given < wanted; given += 4096) await stream.next();
  await stream.close();
  print('read', rows, started);
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
  const { stdout, status, stderr } = spawnSync(
    process.execPath,
    [...V8_FLAGS, import.meta.filename, ...args],
    {
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(stderr);
  process.stdout.write(stdout);
  return JSON.parse(stdout) as Measurement;
}

const ratio = ([small, large]: number[]): number => Number((large! / small!).toFixed(3));

async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sae-lab-extraction-memory-'));
  try {
    const peaks = ROWS.map((rows) => {
      const folder = join(dataDir, String(rows));
      return measure(['extract', String(rows), folder]).peakMegabytes;
    });
    const readPeaks: number[] = [];
    for (const rows of ROWS) {
      const folder = join(dataDir, String(rows));
      const [store] = await extractActivations(specOf(rows, folder));
      readPeaks.push(measure(['read', String(rows), store!.folder]).peakMegabytes);
    }
    console.log(JSON.stringify({ what: 'ratio', extract: ratio(peaks), read: ratio(readPeaks) }));
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const [what, rows, folder] = process.argv.slice(2);
if (what === 'extract') await extract(Number(rows), folder!);
else if (what === 'read') await read(Number(rows), folder!);
else await main();
