import { runById, runsByHashPrefix, type Db } from '@sae-lab/db/reading';
import { hashPrefixOf, idOf } from '../database/id-of.ts';

/** Number of runs listed for a hash that is too short to tell them apart. */
export const MOST_LISTED = 20;

type Candidate = Awaited<ReturnType<typeof runsByHashPrefix>>[number];

/** The id of the run that a path names, or the runs that it may mean. */
export type Found = { readonly id: number } | { readonly candidates: readonly Candidate[] };

/** A run is named by its id, or by the first 8 or more hex digits of its hash. Undefined if there is none. */
export async function findRun(db: Db, segment: string): Promise<Found | undefined> {
  const id = idOf(segment);
  if (id !== undefined && (await runById(db, id)) !== undefined) return { id };
  const prefix = hashPrefixOf(segment);
  if (prefix === undefined) return undefined;
  const candidates = await runsByHashPrefix(db, prefix, MOST_LISTED + 1);
  if (candidates.length > 1) return { candidates };
  return candidates[0];
}
