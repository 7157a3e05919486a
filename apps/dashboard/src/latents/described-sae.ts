import 'server-only';
import { featureEvaluationsOf, type Db, type FeatureEvaluation, type SaeSubject } from '@sae-lab/db/reading';

/** The evaluations that describe the latents of an SAE, and the one that is shown. */
export interface Described {
  readonly subject: SaeSubject;
  readonly evaluations: readonly FeatureEvaluation[];
  readonly shown: FeatureEvaluation;
}

/**
 * Undefined if no evaluation describes latents of the SAE.
 *
 * @param of the evaluation that the reader chose
 */
export async function describedSae(
  db: Db,
  subject: SaeSubject,
  of: number | null,
): Promise<Described | undefined> {
  const evaluations = await featureEvaluationsOf(db, subject);
  const shown = evaluations.find(({ id }) => id === of) ?? evaluations[0];
  return shown && { subject, evaluations, shown };
}
