import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { environment, visibleText } from '@sae-lab/command-line';
import { inRanges } from '@sae-lab/core/activations';
import { openDatabase, runsByHashes, type FilesPlace, type RunStatus } from '@sae-lab/db';
import type { SweepPlan } from '../plan/sweep-plan.ts';
import { coefficientLabels } from '../report/coefficient.ts';
import type { TextSink } from '../report/json-lines.ts';
import { describeStore, storeText } from '../report/store-text.ts';
import { tableLines } from '../report/text-table.ts';
import { namesOf } from '../report/shorten.ts';
import { writeLines } from '../report/write-lines.ts';
import { checkFinishedFiles } from '../run/finished-files.ts';
import { nextStep } from '../run/next-step.ts';
import { openSharedFilesToRead } from '../shared/shared-files.ts';
import type { CommandOptions } from './command.ts';

interface PlannedRow {
  readonly hook: string;
  readonly width: number;
  readonly variant: string;
  readonly coefficient: string;
  readonly seed: number;
  readonly runHash: string;
  readonly status: RunStatus | 'new';
  /** Place of a finished run's files. */
  readonly files?: FilesPlace['state'];
  readonly next: ReturnType<typeof nextStep>;
}

/** Without --all, further rows are only counted. */
const ROWS_SHOWN = 20;
const LONGEST_CELL = 80;
const HEADS = ['hook', 'width', 'variant', 'coefficient', 'seed', 'run', 'status', 'next'];
const NEXT = {
  train: 'train',
  skip: '',
  'report-divergence': 'needs --only-failed',
  'report-cancelled': 'needs --only-failed',
  leave: '',
} as const;

/** Lists the runs of a sweep and what would be done with each. Creates no database and trains nothing. */
export async function dryRun(plan: SweepPlan, options: CommandOptions, output: TextSink): Promise<void> {
  const coefficientOf = coefficientLabels(plan.runs);
  const stored = await storedRuns(plan, options);
  const rows = plan.runs.map((run): PlannedRow => {
    const { status, files } = stored.get(run.runHash) ?? {};
    return {
      hook: run.spec.hook,
      width: run.width,
      variant: run.spec.variant.name,
      coefficient: coefficientOf(run),
      seed: run.spec.seed,
      runHash: run.runHash,
      status: status ?? 'new',
      ...(files !== undefined && { files: files.state }),
      next: nextStep(status ?? 'queued', options, files),
    };
  });
  const count = (next: string): number => rows.filter((row) => row.next === next).length;
  const counts = { runs: rows.length, toRun: count('train'), skipped: count('skip') };
  if (options.json) {
    const { name } = plan.experiment.definition;
    return writeLines(output, jsonLines(plan, rows, { type: 'sweep.planned', name, ...counts }));
  }
  const listed = options.all ? rows : rows.slice(0, ROWS_SHOWN);
  await writeLines(output, table(listed));
  const left = rows.length - listed.length;
  if (left > 0) await writeLines(output, [`… and ${left} more. --all shows every row.`]);
  await writeLines(output, [`${counts.runs} runs: ${counts.skipped} finished, ${counts.toRun} to train`]);
  const missing = new Set(
    plan.runs.filter(({ activations }) => !activations.present).map(({ spec }) => spec.hook),
  );
  if (missing.size > 0) {
    await writeLines(output, [`activations to extract: ${visibleText(inRanges([...missing]).join(', '))}`]);
  }
  await writeLines(output, [visibleText(storeText(describeStore(plan.store)))]);
}

function* jsonLines(plan: SweepPlan, rows: readonly PlannedRow[], last: object): Generator<string> {
  for (const message of plan.warnings) yield JSON.stringify({ type: 'sweep.warning', message });
  yield JSON.stringify({ type: 'activations.store', ...describeStore(plan.store) });
  for (const row of rows) yield JSON.stringify({ type: 'run.planned', ...row });
  yield JSON.stringify(last);
}

function table(rows: readonly PlannedRow[]): Iterable<string> {
  const columns = HEADS.map((head) => ({ head, align: 'left' as const }));
  const named = (of: (row: PlannedRow) => string) => namesOf(rows.map(of), LONGEST_CELL);
  const names = {
    hook: named(({ hook }) => hook),
    variant: named(({ variant }) => variant),
    label: named(({ coefficient }) => coefficient),
  };
  const cells = rows.map(({ hook, width, variant, coefficient, seed, runHash, next, ...row }) => [
    names.hook(hook),
    `${width}`,
    names.variant(variant),
    names.label(coefficient),
    `${seed}`,
    runHash.slice(0, 12),
    statusText(row),
    nextText(next, row.status),
  ]);
  return tableLines(columns, cells);
}

function nextText(next: PlannedRow['next'], status: PlannedRow['status']): string {
  return next === 'train' && status === 'interrupted' ? 'continue' : NEXT[next];
}

function statusText({ status, files = 'here' }: Pick<PlannedRow, 'status' | 'files'>): string {
  if (files === 'stored') return `${status}, files in the store`;
  return files === 'here' ? status : `${status}, files ${files}`;
}

interface StoredRun {
  readonly status: RunStatus;
  /** Place of a finished run's files. */
  readonly files?: FilesPlace | undefined;
}

async function storedRuns(
  plan: SweepPlan,
  { dataDir, verify }: CommandOptions,
): Promise<Map<string, StoredRun>> {
  if (!(await hasDatabase(dataDir))) return new Map();
  const database = await openDatabase({ dataDir, access: 'read' });
  try {
    const hashes = plan.runs.map(({ runHash }) => runHash);
    const stored = await runsByHashes(database.db, hashes);
    const shared = await openSharedFilesToRead(database, { dataDir });
    try {
      const files = await checkFinishedFiles(database.db, hashes, { dataDir, verify, shared });
      return new Map(stored.map(({ runHash, status }) => [runHash, { status, files: files.get(runHash) }]));
    } finally {
      shared.close();
    }
  } finally {
    await database.close();
  }
}

/** `postgres.json` names the folder of a database that could not be stored in the data folder. */
async function hasDatabase(dataDir: string): Promise<boolean> {
  if (environment('DATABASE_URL') !== undefined) return true;
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
