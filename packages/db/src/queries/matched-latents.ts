import { sql, type SQL } from 'drizzle-orm';
import type { Db } from '../connection/connect.ts';
import { saeMatches } from '../schema/index.ts';
import { ofPair, orderedPair } from './matches.ts';
import type { SaeSubject } from './subject.ts';

/**
 * Lists of the latents of a pair:
 *
 * - `pairs`: one-to-one pairs, the most similar first
 * - `only`: latents whose best match is below the threshold, the most frequent first
 * - `splits`: latents that are the best match, at or above the threshold, of several of the other SAE
 * - `absorbed`: latents whose best match is below the threshold, at or above `floor`, and has a partner at or above the
 *   threshold
 */
export const MATCH_LISTS = ['pairs', 'only', 'splits', 'absorbed'] as const;
export type MatchList = (typeof MATCH_LISTS)[number];

/** A latent of one SAE with those of the other that it is shown with. */
export interface MatchedLatent {
  readonly latent: number;
  readonly density: number;
  /** The partner, the best match, or the parts of a split, the most similar first. */
  readonly matches: readonly {
    readonly latent: number;
    readonly cosine: number;
    readonly density: number;
    /**
     * How often the two fire together: the share of the tokens of the latent that is matched to the other on which the other
     * fires too. Null where the two are not best matches.
     */
    readonly together: number | null;
  }[];
  /** What the list is ordered by: the next page begins after it. */
  readonly key: number;
}

export interface MatchQuery {
  /** The SAE whose latents are listed. */
  readonly own: SaeSubject;
  readonly other: SaeSubject;
  readonly list: MatchList;
  readonly threshold: number;
  readonly floor: number;
}

/** Where a page begins: after this latent. */
export interface MatchCursor {
  readonly key: number;
  readonly latent: number;
}

/** A page of a list. */
export async function matchedLatents(
  db: Db,
  query: MatchQuery,
  { after, limit }: { after?: MatchCursor | undefined; limit: number },
): Promise<MatchedLatent[]> {
  const beyond =
    after === undefined
      ? sql`true`
      : sql`(listed.key < ${after.key}::float8 or (listed.key = ${after.key}::float8 and listed.latent > ${after.latent}::int))`;
  const rows = await db.execute<Record<string, unknown> & MatchedLatent>(sql`
    with ${sides(query)}, listed as (${listOf(query)})
    select listed.latent, own.density::float8 as density, listed.key, listed.matches
    from listed join own using (latent)
    where ${beyond} order by listed.key desc, listed.latent limit ${limit}`);
  return [...rows];
}

/** How many latents each list has. */
export async function countMatches(
  db: Db,
  query: Omit<MatchQuery, 'list'>,
): Promise<Record<MatchList, number>> {
  const counts = MATCH_LISTS.map(
    (list) =>
      sql`(select count(*)::int from (${listOf({ ...query, list })}) as listed) as ${sql.identifier(list)}`,
  );
  const [row] = await db.execute<Record<MatchList, number>>(
    sql`with ${sides(query)} select ${sql.join(counts, sql`, `)}`,
  );
  return row!;
}

/** Tables `own` and `other` with the live latents of either SAE. */
function sides({ own, other }: Pick<MatchQuery, 'own' | 'other'>): SQL {
  const isFirst = orderedPair(own, other)[0] === own;
  const side = (name: string, which: 'a' | 'b'): SQL => {
    const column = (of: string): SQL => sql`${saeMatches}.${sql.identifier(`${of}_${which}`)}`;
    const arrays = ['best', 'cosine', 'partner', 'partner_cosine', 'density', 'together'].map(column);
    return sql`${sql.identifier(name)} as (
      select (entry.place - 1)::int as latent, best, cosine, partner, partner_cosine, density, together
      from ${saeMatches}, unnest(${sql.join(arrays, sql`, `)})
        with ordinality as entry(best, cosine, partner, partner_cosine, density, together, place)
      where ${ofPair(own, other)} and best >= 0)`;
  };
  return sql`${side('own', isFirst ? 'a' : 'b')}, ${side('other', isFirst ? 'b' : 'a')}`;
}

/** Latent, key and matches of each row of a list. */
function listOf({ list, threshold, floor }: Pick<MatchQuery, 'list' | 'threshold' | 'floor'>): SQL {
  const match = (cosine: string, together: string): SQL =>
    sql.raw(
      `json_build_object('latent', other.latent, 'cosine', ${cosine}, 'density', other.density, 'together', ${together})`,
    );
  const best = sql`json_build_array(${match('own.cosine', 'own.together')}) as matches`;
  switch (list) {
    case 'pairs': {
      // Of partners that are not best matches, it is not known how often they fire together.
      const together = 'case when own.best = own.partner then own.together end';
      return sql`
        select own.latent, own.partner_cosine::float8 as key,
          json_build_array(${match('own.partner_cosine', together)}) as matches
        from own join other on other.latent = own.partner where own.partner >= 0`;
    }
    case 'only':
      return sql`
        select own.latent, own.density::float8 as key, ${best}
        from own join other on other.latent = own.best where own.cosine < ${threshold}`;
    case 'splits':
      return sql`
        select own.latent, count(*)::float8 as key,
          json_agg(${match('other.cosine', 'other.together')} order by other.cosine desc, other.latent) as matches
        from own join other on other.best = own.latent
        where other.cosine >= ${threshold} group by own.latent having count(*) > 1`;
    case 'absorbed':
      return sql`
        select own.latent, own.density::float8 as key, ${best}
        from own join other on other.latent = own.best
        where own.cosine < ${threshold} and own.cosine >= ${floor}
          and other.partner_cosine >= ${threshold} and other.partner >= 0`;
  }
}
