// cspell:ignore analyze hashint ordinality
import {
  appendCurves,
  enqueueRuns,
  upsertSweep,
  upsertVariant,
  type Database,
  type NewRun,
} from '@sae-lab/db';

/** Figures that a run has, and those of its evaluation: 40 together. */
const OF_RUNS = ['l0', 'explained_variance', 'mse', 'cosine', 'l2_ratio', 'dead_fraction'];
const OF_EVALUATIONS = ['ce_recovered', 'kl_recovered'];
const FIGURES = {
  ofRuns: [...OF_RUNS, ...Array.from({ length: 19 }, (_, index) => `synthetic_${index}`)],
  ofEvaluations: [...OF_EVALUATIONS, ...Array.from({ length: 13 }, (_, index) => `evaluated_${index}`)],
};

/** Curves that a run logs, with the same number of points each. */
export const CURVES = ['loss', 'l0', 'explained_variance', 'gradient_norm', 'learning_rate'];

const VARIANTS = ['topk', 'batch-topk', 'jump-relu', 'relu-l1', 'gated', 'matryoshka'];
const SPARSITY = {
  topk: 'k',
  'batch-topk': 'k',
  'jump-relu': 'l0',
  'relu-l1': 'l1',
  gated: 'l1',
  matryoshka: 'k',
};
const RUNS_OF_SWEEP = 1000;
/** Transactions at once, as when several sweeps write. */
const WRITERS = 4;

export interface Seeded {
  readonly points: number;
  /** Milliseconds that the runner's own path took to store all points. */
  readonly ingestionMs: number;
}

/**
 * Fills an empty database with finished runs. All values follow from the number of the run, so two databases of the same
 * size are equal.
 *
 * @param size points in all curves of all runs together
 */
export async function seed(database: Database, size: { runs: number; points: number }): Promise<Seeded> {
  const { db, sql } = database;
  for (const name of VARIANTS) {
    const sparsity = SPARSITY[name as keyof typeof SPARSITY];
    const more = {
      mathVersion: 1,
      packageName: '',
      packageVersion: '',
      paper: '',
      hyperSchema: {},
      curves: {},
    };
    await upsertVariant(db, { name, sparsity, ...more });
  }
  for (let start = 0; start < size.runs; start += RUNS_OF_SWEEP) {
    const name = `synthetic ${1 + start / RUNS_OF_SWEEP}`;
    const sweep = { name, definitionHash: name, definition: {}, file: 'synthetic.ts', source: '' };
    const { id } = await upsertSweep(db, sweep);
    const count = Math.min(RUNS_OF_SWEEP, size.runs - start);
    await enqueueRuns(
      db,
      id,
      Array.from({ length: count }, (_, index) => newRun(start + index)),
    );
  }
  await sql`update runs set status = 'running', attempt = 1, step = 0`;
  const ingested = size.points === 0 ? { points: 0, ingestionMs: 0 } : await ingest(database, size);
  await sql`
    update runs set status = 'finished', step = 1000, total_steps = 1000, seconds = 60 + id % 600,
      started_at = queued_at, finished_at = queued_at + interval '1 minute',
      provenance = '{"commit": "0123456789abcdef", "backend": "cpu"}'`;
  await addFigures(database);
  await sql`vacuum analyze`;
  return ingested;
}

const TRAINING = {
  batchSize: 4096,
  steps: 1000,
  learningRate: 3e-4,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  gradientClip: 1,
  warmup: 0.05,
  decay: 0.2,
  sparsityWarmup: 0,
  normalize: 'unit-norm',
  deadAfter: 1000,
};

function newRun(index: number): NewRun {
  const variant = VARIANTS[index % VARIANTS.length]!;
  const hyper = {
    [SPARSITY[variant as keyof typeof SPARSITY]]: 8 * 2 ** (Math.floor(index / 6) % 6),
    extra: 0.5,
  };
  const hook = `blocks.${Math.floor(index / 36) % 12}.hook_mlp_out`;
  const width = 1024 * 2 ** (Math.floor(index / 7) % 4);
  return {
    runHash: index.toString(16).padStart(8, '0').repeat(8),
    variant,
    mathVersion: 1,
    hyper,
    hook,
    width,
    seed: index % 5,
    activationsId: `synthetic-${hook}`,
    config: { variant: { name: variant }, hyper, hook, dSae: width, training: TRAINING, coreMathVersion: 3 },
    lossConvention: 'unit-norm',
  };
}

/** Stores the curves as a worker's parent does: all curves of a run in one flush. */
async function ingest(
  { db, sql }: Database,
  { runs, points }: { runs: number; points: number },
): Promise<Seeded> {
  const each = Math.max(1, Math.round(points / runs / CURVES.length));
  const steps = Array.from({ length: each }, (_, index) => index * 5);
  const ids = (await sql<{ id: number }[]>`select id from runs order by id`).map(({ id }) => id);
  const start = performance.now();
  // One iterator for all writers: each takes the next run.
  const queue = ids.values();
  const write = async (): Promise<void> => {
    for (const runId of queue) {
      const curves = Object.fromEntries(
        CURVES.map((key, curve) => [
          key,
          {
            steps,
            values: steps.map(
              (step) => (1 + curve) / (1 + step / 50) + ((step * 7919 + runId * 31) % 97) / 1e3,
            ),
          },
        ]),
      );
      await appendCurves(db, { runId, attempt: 1, curves });
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  return { points: runs * each * CURVES.length, ingestionMs: performance.now() - start };
}

async function addFigures({ sql }: Database): Promise<void> {
  const value = sql`(hashint8extended(runs.id * 64 + key.place, 7) & 1048575) / 1048576.0`;
  await sql`
    insert into figures (run_id, figure, value)
    select runs.id, key.figure, case key.figure when 'l0' then 1 + 255 * ${value} else ${value} end
    from runs, unnest(string_to_array(${FIGURES.ofRuns.join()}, ',')) with ordinality as key (figure, place)`;
  await sql`
    insert into evaluations (run_id, name, version, data_id, settings, settings_hash, tokens, documents, provenance, finished_at)
    select id, 'synthetic', 1, 'synthetic', '{}', 's', 100000, 100, '{}', now() from runs`;
  await sql`
    insert into evaluation_figures (evaluation_id, figure, value)
    select evaluations.id, key.figure, ${value}
    from evaluations join runs on runs.id = evaluations.run_id,
      unnest(string_to_array(${FIGURES.ofEvaluations.join()}, ',')) with ordinality as key (figure, place)`;
}
