import { relative } from 'node:path';
import type { SaeOrigin } from '@sae-lab/core';
import type { ActivationStore, ExtractionProgress } from '@sae-lab/core/activations';
import { upsertActivations, type Database } from '@sae-lab/db';
import type { SweepPlan } from '../plan/sweep-plan.ts';
import type { SweepEvent } from '../report/events.ts';
import { evaluationShortfalls } from './evaluation-shortfalls.ts';
import { originOf } from './origin-of.ts';
import type { Provenance } from './provenance.ts';
import type { QueuedRun } from './run-queue.ts';

/** Where the activations of runs come from. */
interface MadeActivations {
  /** The origin that an SAE's file records, by the activations' id. */
  readonly origins: ReadonlyMap<string, SaeOrigin>;
  /** See {@link Provenance}. */
  readonly commits: Provenance['commits'];
}

/** Extracts the activations of the runs to train, in one pass of the model for all hooks. */
export async function makeActivations(
  plan: SweepPlan,
  toRun: readonly QueuedRun[],
  { db }: Database,
  dataDir: string,
  signal: AbortSignal,
  report: (event: SweepEvent) => void,
): Promise<MadeActivations> {
  const hooks = [...new Set(toRun.map(({ spec }) => spec.hook))];
  const start = performance.now();
  report({ type: 'activations.started', hooks });
  const onProgress = ({ warnings, ...progress }: ExtractionProgress): void => {
    // The plan has already reported its own warnings.
    const unsaid = warnings.filter((message) => !plan.warnings.includes(message));
    for (const message of unsaid) report({ type: 'activations.warning', message });
    report({ type: 'activations.progress', ...progress });
  };
  const stores = await plan.source.make(hooks, { onProgress, signal });
  const origins = new Map(stores.map((store) => [store.id, originOf(store)]));
  for (const { id, hook, dIn, rows, manifest, folder } of stores) {
    await upsertActivations(db, {
      id,
      model: origins.get(id)!.modelName,
      hook,
      dIn,
      rows,
      manifest: { ...manifest },
      folder: relative(dataDir, folder),
    });
  }
  for (const message of await evaluationShortfalls(stores, plan.experiment.definition.evaluation)) {
    report({ type: 'activations.warning', message });
  }
  report({ type: 'activations.finished', hooks, seconds: (performance.now() - start) / 1000 });
  return { origins, commits: commitsOf(stores) };
}

function commitsOf(stores: readonly ActivationStore[]): Provenance['commits'] {
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
