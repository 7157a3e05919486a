import { settleSweep, type Claims, type Database } from '@sae-lab/db';
import { evaluateHooks, type EvaluationOptions } from '../evaluate/evaluate-hooks.ts';
import { ownFigures } from '../evaluate/evaluate-sweep.ts';
import {
  evaluatedTarget,
  remakeActivations,
  type TargetOptions,
} from '../evaluate/target/evaluated-target.ts';
import type { Origin } from '../queue/queues.ts';
import type { SweepEvent } from '../report/events.ts';
import type { SharedFiles } from '../shared/shared-files.ts';
import type { TrainingSignals } from '../run/train-runs.ts';
import type { RequestWatch } from '../run/watch-requests.ts';
import { sweepWithData } from './sweep-data.ts';

/**
 * Makes the evaluations that a sweep asks for, as far as the SAEs can be read here, and ends the sweep. Ends early if the
 * sweep is cancelled.
 */
export async function evaluateInvited(
  origin: Origin,
  { database, claims, requests }: { database: Database; claims: Claims; requests: RequestWatch },
  options: EvaluationOptions & { readonly threads: number; readonly shared: SharedFiles },
  { stop, kill }: TrainingSignals,
  report: (event: SweepEvent) => void,
): Promise<void> {
  const { db } = database;
  const ofTarget: TargetOptions = {
    db,
    dataDir: options.dataDir,
    shared: options.shared,
    threads: options.threads,
    warn: (message) => report({ type: 'sweep.warning', message }),
    onDownload: () => {},
  };
  const watch = requests.ofSweep(origin.sweepId);
  const signals = { stop: AbortSignal.any([stop, watch.cancelled]), kill };
  const { sweep } = await sweepWithData(db, origin);
  const target = await evaluatedTarget({ kind: 'sweep', sweep }, ofTarget);
  const asked = target.hooks.map((on) => ({
    on,
    requests: [
      ...target.also.map((request) => ({ request })),
      {
        request: ownFigures(target.source),
        of: ({ subject }: (typeof on.subjects)[number]) => subject.saeId !== undefined,
      },
    ],
  }));
  const onProgress: Parameters<typeof remakeActivations>[2]['onProgress'] = (made) => {
    const { warnings: _, ...progress } = made;
    report({ type: 'activations.progress', ...progress });
  };
  let failed = 0;
  try {
    ({ failed } = await evaluateHooks(
      asked,
      {
        database,
        claims,
        prepare: (hooks) =>
          remakeActivations(target.source, hooks, { ...ofTarget, signal: signals.stop, onProgress }),
      },
      { ...options, force: false },
      signals,
      report,
    ));
  } catch (error) {
    if (!watch.cancelled.aborted) throw error;
  } finally {
    watch.close();
  }
  stop.throwIfAborted();
  await settleSweep(db, origin.sweepId, failed);
}
