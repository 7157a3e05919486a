import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { openDatabase, runsByHashes, type RunStatus } from '@sae-lab/db';
import Table from 'cli-table3';
import type { SweepPlan } from '../plan/plan-sweep.ts';
import { coefficientLabels } from '../report/coefficient.ts';
import { nextStep } from '../run/next-step.ts';
import type { CommandOptions } from './options.ts';

const NEXT = { train: 'train', skip: '', 'report-divergence': 'needs --only-failed', leave: '' } as const;

/** Shows the runs of a sweep and what would be done. Makes no database and trains nothing. */
export async function dryRun(plan: SweepPlan, options: CommandOptions, output: Writable): Promise<void> {
  const coefficientOf = coefficientLabels(plan.runs);
  const statuses = await storedStatuses(plan, options.dataDir);
  const rows = plan.runs.map((run) => {
    const status = statuses.get(run.hash);
    return {
      hook: run.spec.hook,
      width: run.spec.dSae,
      variant: run.spec.variant.name,
      coefficient: coefficientOf(run),
      seed: run.spec.seed,
      hash: run.hash,
      status: status ?? 'new',
      next: nextStep(status ?? 'queued', options),
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
  for (const { hook, width, variant, coefficient, seed, hash, status, next } of rows) {
    table.push([hook, width, variant, coefficient, seed, hash.slice(0, 12), status, NEXT[next]]);
  }
  output.write(`${table.toString()}\n`);
  output.write(`${rows.length} runs: ${count('skip')} finished, ${count('train')} to train\n`);
  const missing = new Set(
    plan.runs.filter(({ activations }) => !activations.present).map(({ spec }) => spec.hook),
  );
  if (missing.size > 0) output.write(`activations to make: ${[...missing].join(', ')}\n`);
}

async function storedStatuses(plan: SweepPlan, dataDir: string): Promise<Map<string, RunStatus>> {
  if (!(await hasDatabase(dataDir))) return new Map();
  const database = await openDatabase({ dataDir, access: 'read' });
  try {
    const stored = await runsByHashes(
      database.db,
      plan.runs.map(({ hash }) => hash),
    );
    return new Map(stored.map(({ hash, status }) => [hash, status]));
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
