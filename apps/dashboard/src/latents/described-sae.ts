import 'server-only';
import { featureEvaluationsOfRun, type Db, type FeatureEvaluation } from '@sae-lab/db/reading';

/** The evaluations that describe a run's latents, and the one that is shown. */
export interface Described {
  readonly runId: number;
  readonly evaluations: readonly FeatureEvaluation[];
  readonly shown: FeatureEvaluation;
}

/**
 * Undefined if no evaluation describes latents of the run.
 *
 * @param of the evaluation that the reader chose
 */
export async function describedSae(db: Db, runId: number, of: number | null): Promise<Described | undefined> {
  const evaluations = await featureEvaluationsOfRun(db, runId);
  const shown = evaluations.find(({ id }) => id === of) ?? evaluations[0];
  return shown && { runId, evaluations, shown };
}
