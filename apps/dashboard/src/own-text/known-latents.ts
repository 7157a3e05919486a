import 'server-only';
import { featuresOfRun, latentTokens, type Db } from '@sae-lab/db/reading';
import type { TextAnswer } from '@sae-lab/text/answers';
import type { KnownLatent, KnownLatents } from './text-reply.ts';

/** The feature data of the latents of an answer, of runs that have them. */
export async function knownLatents(db: Db, answer: TextAnswer): Promise<KnownLatents> {
  if (answer.kind !== 'read') return {};
  const known = answer.saes.map(async ({ runId, latents, strongest }) => {
    const ids = new Set([
      ...latents.map(({ latent }) => latent),
      ...strongest.flat().map(([latent]) => latent),
    ]);
    return [runId, await knownLatentsOf(db, runId, [...ids])] as const;
  });
  return Object.fromEntries(await Promise.all(known));
}

export async function knownLatentsOf(
  db: Db,
  runId: number,
  ids: readonly number[],
): Promise<Record<number, KnownLatent>> {
  const described = await featuresOfRun(db, runId);
  if (described === undefined || ids.length === 0) return {};
  const rows = await latentTokens(db, described.id, ids);
  return Object.fromEntries(rows.map(({ latent, ...known }) => [latent, known]));
}
