import { runById, runsByHashPrefix, type Db } from '@sae-lab/db/reading';
import { hashPrefixOf, idOf } from '../database/id-of.ts';

/** The number of runs listed for an ambiguous hash prefix. */
export const MOST_LISTED = 20;

type Candidate = Awaited<ReturnType<typeof runsByHashPrefix>>[number];

/** The id of the run at a path, or the candidates if the path is ambiguous. */
export type Found = { readonly id: number } | { readonly candidates: readonly Candidate[] };

/** Finds a run by its id or by the first 8 or more hex digits of its hash. Undefined if there is none. */
export async function findRun(db: Db, segment: string): Promise<Found | undefined> {
  const runId = idOf(segment);
  if (runId !== undefined && (await runById(db, runId)) !== undefined) return { id: runId };
  const prefix = hashPrefixOf(segment);
  if (prefix === undefined) return undefined;
  const candidates = await runsByHashPrefix(db, prefix, MOST_LISTED + 1);
  if (candidates.length > 1) return { candidates };
  return candidates[0];
}
