import { relative } from 'node:path';
import type { SaeOrigin } from '@sae-lab/core';
import type { ActivationStore, ExtractionProgress } from '@sae-lab/core/activations';
import { upsertActivations, type ActivationsRow, type Claims, type Database } from '@sae-lab/db';
import type { SweepPlan } from '../plan/sweep-plan.ts';
import { shareActivations } from '../shared/share-activations.ts';
import type { SharedFiles } from '../shared/shared-files.ts';
import type { SweepEvent } from '../report/events.ts';
import { evaluationShortfalls } from './evaluation-shortfalls.ts';
import { originOf } from './origin-of.ts';
import type { Provenance } from './provenance.ts';
import type { QueuedRun } from './run-queue.ts';

/** Where the activations of runs come from. */
export interface MadeActivations {
  /** The origin that an SAE's file records, by the activations' id. */
  readonly origins: ReadonlyMap<string, SaeOrigin>;
  /** See {@link Provenance}. */
  readonly commits: Provenance['commits'];
}

interface RecordOptions {
  readonly database: Database;
  readonly dataDir: string;
}

/** Extracts the activations of the runs to train, in one pass of the model for all hooks. */
export async function makeActivations(
  plan: SweepPlan,
  toRun: readonly QueuedRun[],
  options: RecordOptions & {
    readonly claims: Claims;
    readonly shared: SharedFiles;
    readonly signal: AbortSignal;
  },
  report: (event: SweepEvent) => void,
): Promise<MadeActivations> {
  const hooks = [...new Set(toRun.map(({ spec }) => spec.hook))];
  const start = performance.now();
  report({ type: 'activations.started', hooks });
  const onProgress = extractionEvents(plan, report);
  const { signal, claims, shared } = options;
  const wanted = [...new Map(toRun.map(({ activations }) => [activations.id, activations])).values()];
  const stores = await shareActivations(
    wanted,
    (missing) => plan.source.make(missing, { onProgress, signal }),
    {
      store: shared.store,
      claims,
      signal,
      warn: (message) => report({ type: 'activations.warning', message }),
    },
  );
  const made = await recordActivations(
    plan,
    stores.map((store) => ({ id: store.id, store })),
    options,
    report,
  );
  report({ type: 'activations.finished', hooks, seconds: (performance.now() - start) / 1000 });
  return made;
}

/** Reports the progress of an extraction. */
export function extractionEvents(
  plan: SweepPlan,
  report: (event: SweepEvent) => void,
): (progress: ExtractionProgress) => void {
  return ({ warnings, ...progress }) => {
    // The plan has already reported its own warnings.
    const unsaid = warnings.filter((message) => !plan.warnings.includes(message));
    for (const message of unsaid) report({ type: 'activations.warning', message });
    report({ type: 'activations.progress', ...progress });
  };
}

/**
 * Stores where activations are, and warns of hooks with few to evaluate on.
 *
 * @param found each set's identity, and its store: while it is streamed, that of the first window
 */
export async function recordActivations(
  { runs, experiment: { definition } }: SweepPlan,
  found: readonly { readonly id: string; readonly store: ActivationStore }[],
  { database, dataDir }: RecordOptions,
  report: (event: SweepEvent) => void,
): Promise<MadeActivations> {
  const origins = new Map(found.map(({ id, store }) => [id, originOf(store)]));
  for (const { id, store } of found) {
    const isWhole = store.id === id;
    const planned = runs.find(({ activations }) => activations.id === id)?.activations;
    const rows = isWhole ? store.rows : (planned?.estimatedRows ?? store.rows);
    await upsertActivations(database.db, { ...activationsRow(store, dataDir), id, rows });
  }
  const windowRows = runs[0]?.spec.training.windowRows;
  const evaluated = found.map(({ store }) => store.beginning(windowRows ?? store.rows));
  for (const message of await evaluationShortfalls(evaluated, definition.evaluation)) {
    report({ type: 'activations.warning', message });
  }
  return { origins, commits: commitsOf(found.map(({ store }) => store)) };
}

/** The row of activations in the database. */
export function activationsRow(store: ActivationStore, dataDir: string): Omit<ActivationsRow, 'createdAt'> {
  const { id, hook, dIn, rows, manifest, folder } = store;
  const { modelName } = originOf(store);
  return {
    id,
    model: modelName,
    hook,
    dIn,
    rows,
    manifest: { ...manifest },
    folder: relative(dataDir, folder),
  };
}

/** See {@link Provenance}. */
export function commitsOf(stores: readonly ActivationStore[]): Provenance['commits'] {
  const commits: Record<string, string> = {};
  for (const { manifest } of stores) {
    if (!('model' in manifest)) continue;
    const { model, dataset } = manifest;
    if (model.commit !== undefined) commits[`model ${model.name}`] = model.commit;
    if (dataset.commit !== undefined && dataset.spec.kind === 'hub') {
      commits[`dataset ${dataset.spec.id}`] = dataset.commit;
    }
  }
  return commits;
}
