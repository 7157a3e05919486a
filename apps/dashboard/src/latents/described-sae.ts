import 'server-only';
import {
  featureEvaluationsOf,
  probingOf,
  type Db,
  type FeatureEvaluation,
  type LatentTableQuery,
  type SaeSubject,
} from '@sae-lab/db/reading';

/** The evaluations that describe the latents of an SAE, and the one that is shown. */
export interface Described {
  readonly subject: SaeSubject;
  readonly evaluations: readonly FeatureEvaluation[];
  readonly shown: FeatureEvaluation;
  /** What queries read. */
  readonly sae: LatentTableQuery['sae'];
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
  const [evaluations, probing] = await Promise.all([
    featureEvaluationsOf(db, subject),
    probingOf(db, subject),
  ]);
  const shown = evaluations.find(({ id }) => id === of) ?? evaluations[0];
  if (shown === undefined) return undefined;
  const sae = { subject, evaluationId: shown.id, probingId: probing?.id ?? null };
  return { subject, evaluations, shown, sae };
}
