import { evaluationsWithKey, type Claims, type Database } from '@sae-lab/db';
import { thisMachine } from '../plan/machine.ts';
import type { EvaluationCounts, SweepEvent } from '../report/events.ts';
import { gatherProvenance } from '../run/provenance.ts';
import type { TrainingSignals } from '../run/train-runs.ts';
import { subjectKey, type EvaluatedHook } from './evaluated-hook.ts';
import { planJobs, readsActivations, type HookRequests } from './plan-jobs.ts';
import { runEvaluations } from './run-evaluations.ts';

export interface EvaluationOptions {
  readonly projectRoot: string;
  readonly dataDir: string;
  readonly workers: number | undefined;
  readonly silenceSeconds: number;
}

interface Parts {
  readonly database: Database;
  readonly claims: Claims;
  /** Makes the activations of these hooks, which jobs are about to read. */
  readonly prepare: (hooks: readonly EvaluatedHook[]) => Promise<void>;
}

/** Evaluates what is asked for and not stored yet, and reports the rest as skipped. */
export async function evaluateHooks(
  asked: readonly HookRequests[],
  { database, claims, prepare }: Parts,
  options: EvaluationOptions & { readonly force: boolean },
  signals: TrainingSignals,
  report: (event: SweepEvent) => void,
): Promise<EvaluationCounts> {
  const start = performance.now();
  const { projectRoot, dataDir } = options;
  const { jobs, skipped } = await planJobs(database.db, asked, options);
  for (const [key, ofKey] of Map.groupBy(skipped, (one) => one.key)) {
    const stored = new Map(
      (await evaluationsWithKey(database.db, key)).map((row) => [
        subjectKey(row.runId === null ? { saeId: row.saeId! } : { runId: row.runId }),
        row.figures,
      ]),
    );
    for (const { subject, hook } of ofKey) {
      const figures = stored.get(subjectKey(subject.subject)) ?? {};
      report({ type: 'evaluation.skipped', evaluation: key.name, hook, ...subject.label, figures });
    }
  }
  const counts: EvaluationCounts = { finished: 0, skipped: skipped.length, failed: 0, interrupted: 0 };
  if (jobs.length === 0) return counts;
  const evaluations = jobs.reduce((sum, { subjects }) => sum + subjects.length, 0);
  report({ type: 'evaluations.started', jobs: jobs.length, evaluations });
  await prepare([...new Set(jobs.filter(readsActivations).map(({ on }) => on))]);
  const run = await runEvaluations(
    {
      ...options,
      database,
      claims,
      jobs,
      machine: thisMachine(),
      provenance: (threads) =>
        gatherProvenance(projectRoot, { threads, device: 'cpu', dataDir, commits: {} }),
    },
    signals,
    report,
  );
  const total = { ...run, skipped: run.skipped + counts.skipped };
  report({ type: 'evaluations.finished', ...total, seconds: (performance.now() - start) / 1000 });
  return total;
}
