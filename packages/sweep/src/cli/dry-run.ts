import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase, runsByHashes, type RunStatus } from '@sae-lab/db';
import Table from 'cli-table3';
import type { SweepPlan } from '../plan/plan-sweep.ts';
import { coefficientLabels } from '../report/coefficient.ts';
import type { TextSink } from '../report/json-lines.ts';
import { checkFinishedFiles, type FinishedFiles } from '../run/finished-files.ts';
import { nextStep } from '../run/next-step.ts';
import type { CommandOptions } from './options.ts';

const NEXT = { train: 'train', skip: '', 'report-divergence': 'needs --only-failed', leave: '' } as const;

/** Shows the runs of a sweep and what would be done. Makes no database and trains nothing. */
export async function dryRun(plan: SweepPlan, options: CommandOptions, output: TextSink): Promise<void> {
  const coefficientOf = coefficientLabels(plan.runs);
  const stored = await storedRuns(plan, options);
  const rows = plan.runs.map((run) => {
    const { status, files } = stored.get(run.hash) ?? {};
    return {
      hook: run.spec.hook,
      width: run.spec.dSae,
      variant: run.spec.variant.name,
      coefficient: coefficientOf(run),
      seed: run.spec.seed,
      hash: run.hash,
      status: status ?? 'new',
      ...(files !== undefined && { files: files.state }),
      next: nextStep(status ?? 'queued', options, files),
    };
  });
  const count = (next: string): number => rows.filter((row) => row.next === next).length;
  if (options.json) {
    for (const row of rows) output.write(`${JSON.stringify({ type: 'run.planned', ...row })}\n`);
    const totals = { runs: rows.length, toRun: count('train'), skipped: count('skip') };
    output.write(
      `${JSON.stringify({ type: 'sweep.planned', name: plan.experiment.definition.name, ...totals })}\n`,
    );
    return;
  }

  const table = new Table({
    head: ['hook', 'width', 'variant', 'coefficient', 'seed', 'run', 'status', 'next'],
    style: { head: [], border: [], compact: true },
  });
  for (const { hook, width, variant, coefficient, seed, hash, status, files, next } of rows) {
    const shown = files === undefined || files === 'here' ? status : `${status}, files ${files}`;
    table.push([hook, width, variant, coefficient, seed, hash.slice(0, 12), shown, NEXT[next]]);
  }
  output.write(`${table.toString()}\n`);
  output.write(`${rows.length} runs: ${count('skip')} finished, ${count('train')} to train\n`);
  const missing = new Set(
    plan.runs.filter(({ activations }) => !activations.present).map(({ spec }) => spec.hook),
  );
  if (missing.size > 0) output.write(`activations to make: ${[...missing].join(', ')}\n`);
}

interface StoredRun {
  readonly status: RunStatus;
  /** Of a finished run. */
  readonly files?: FinishedFiles | undefined;
}

async function storedRuns(
  plan: SweepPlan,
  { dataDir, verify }: CommandOptions,
): Promise<Map<string, StoredRun>> {
  if (!(await hasDatabase(dataDir))) return new Map();
  const database = await openDatabase({ dataDir });
  try {
    const hashes = plan.runs.map(({ hash }) => hash);
    const stored = await runsByHashes(database.db, hashes);
    const files = await checkFinishedFiles(database.db, hashes, { dataDir, verify });
    return new Map(stored.map(({ hash, status }) => [hash, { status, files: files.get(hash) }]));
  } finally {
    await database.close();
  }
}

/** `postgres.json` names the place of a database that could not be kept in the data folder. */
async function hasDatabase(dataDir: string): Promise<boolean> {
  if (process.env['DATABASE_URL']) return true;
  const places = [join(dataDir, 'postgres', 'data'), join(dataDir, 'postgres.json')];
  const found = await Promise.all(
    places.map((place) =>
      access(place).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
