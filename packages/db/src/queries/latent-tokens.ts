import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { latents } from '../schema/index.ts';

/** Raised tokens of each latent. */
const RAISED = 3;

/** What the evaluation `features` says of a latent in a few words. */
export interface LatentTokens {
  readonly latent: number;
  readonly maxActivation: number;
  /** The token on which it fires most; null if it never fired. */
  readonly topToken: string | null;
  /** The tokens that its decoder row raises most; empty if the unembedding is unknown. */
  readonly raised: readonly string[];
}

/** The tokens that characterise these latents of an evaluation. Latents that it does not describe are left out. */
export function latentTokens(db: Db, evaluationId: number, ids: readonly number[]): Promise<LatentTokens[]> {
  return db
    .select({
      latent: latents.latent,
      maxActivation: latents.maxActivation,
      topToken: latents.topToken,
      raised: sql<
        string[]
      >`jsonb_path_query_array(${latents.features}, ${`$.raised[0 to ${RAISED - 1}].token`}::jsonpath)`,
    })
    .from(latents)
    .where(and(eq(latents.evaluationId, evaluationId), inArray(latents.latent, [...ids])))
    .orderBy(asc(latents.latent));
}
