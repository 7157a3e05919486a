import 'server-only';
import {
  featureEvaluationsOfRun,
  probingOfRun,
  type Db,
  type FeatureEvaluation,
  type LatentTableQuery,
} from '@sae-lab/db/reading';

/** The evaluations that describe a run's latents, and the one that is shown. */
export interface Described {
  readonly runId: number;
  readonly evaluations: readonly FeatureEvaluation[];
  readonly shown: FeatureEvaluation;
  /** What queries read. */
  readonly sae: LatentTableQuery['sae'];
}

/**
 * Undefined if no evaluation describes latents of the run.
 *
 * @param of the evaluation that the reader chose
 */
export async function describedSae(db: Db, runId: number, of: number | null): Promise<Described | undefined> {
  const [evaluations, probing] = await Promise.all([
    featureEvaluationsOfRun(db, runId),
    probingOfRun(db, runId),
  ]);
  const shown = evaluations.find(({ id }) => id === of) ?? evaluations[0];
  if (shown === undefined) return undefined;
  const sae = { runId, evaluationId: shown.id, probingId: probing?.id ?? null };
  return { runId, evaluations, shown, sae };
}
