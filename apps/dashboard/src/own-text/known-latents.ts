import 'server-only';
import { featuresOf, latentTokens, type Db, type SaeSubject } from '@sae-lab/db/reading';
import type { TextAnswer } from '@sae-lab/text/answers';
import { subjectKey } from '../saes/subject.ts';
import type { KnownLatent, KnownLatents } from './text-reply.ts';

/** The feature data of the latents of an answer, of SAEs that have them. */
export async function knownLatents(db: Db, answer: TextAnswer): Promise<KnownLatents> {
  if (answer.kind !== 'read') return {};
  const known = answer.saes.map(async ({ of, latents, strongest }) => {
    const ids = new Set([
      ...latents.map(({ latent }) => latent),
      ...strongest.flat().map(([latent]) => latent),
    ]);
    return [subjectKey(of), await knownLatentsOf(db, of, [...ids])] as const;
  });
  return Object.fromEntries(await Promise.all(known));
}

export async function knownLatentsOf(
  db: Db,
  subject: SaeSubject,
  ids: readonly number[],
): Promise<Record<number, KnownLatent>> {
  const described = await featuresOf(db, subject);
  if (described === undefined || ids.length === 0) return {};
  const rows = await latentTokens(db, described.id, ids);
  return Object.fromEntries(rows.map(({ latent, ...known }) => [latent, known]));
}
