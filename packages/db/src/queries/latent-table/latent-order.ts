import { sql, type SQL } from 'drizzle-orm';
import type { LatentField } from '../../filter/latent-keys.ts';
import { LABEL } from './latent-source.ts';

/** What lists of latents are sorted by. */
export interface LatentOrder {
  readonly key: Exclude<LatentField, 'text' | 'note' | 'probing_class' | 'probing_p'>;
  readonly direction: 'asc' | 'desc';
}

/** A latent's place in an order. Of equal values, the smaller latent comes first. */
export interface LatentCursor {
  readonly value: number | string | null;
  readonly latent: number;
}

const TEXTS = new Set(['token', 'promoted', 'label']);

const SORTED: Readonly<Record<LatentOrder['key'], SQL>> = {
  latent: sql`latents.latent`,
  density: sql`latents.density`,
  max_activation: sql`latents.max_activation`,
  max_cosine: sql`latents.max_cosine`,
  token: sql`(latents.top_token collate "C")`,
  promoted: sql`(latents.raised_token collate "C")`,
  label: sql`(lower(${LABEL}) collate "C")`,
  score: sql`explained.score`,
  probing_score: sql`probed.score`,
};

/** The value that an order compares. */
export function sortedValue({ key }: LatentOrder): SQL {
  return SORTED[key];
}

/**
 * Missing values come last in both directions; backwards, they come first.
 *
 * @param by the sorted value, where a query has computed it already
 */
export function orderBy(
  { key, direction }: LatentOrder,
  { backwards = false, by }: { backwards?: boolean; by?: SQL } = {},
): SQL {
  const [same, opposite] = direction === 'asc' ? ['asc', 'desc'] : ['desc', 'asc'];
  const value = by ?? SORTED[key];
  return backwards
    ? sql`${value} ${sql.raw(opposite)} nulls first, latents.latent desc`
    : sql`${value} ${sql.raw(same)} nulls last, latents.latent asc`;
}

/**
 * A condition that lets the index by probing score give the page after a cursor, of the latents that have a score; undefined
 * for other orders, and where no latent that follows has one.
 */
export function scored({ key, direction }: LatentOrder, after: LatentCursor | undefined): SQL | undefined {
  if (key !== 'probing_score' || after?.value === null) return undefined;
  if (after === undefined) return sql`probed.score is not null`;
  const start = sql.raw(direction === 'asc' ? '>=' : '<=');
  return sql`probed.score ${start} ${after.value}::float8`;
}

/** Whether a latent comes after the cursor, or backwards before it. */
export function beyond(
  { key, direction }: LatentOrder,
  { value, latent }: LatentCursor,
  backwards = false,
): SQL {
  const sorted = SORTED[key];
  const further = sql.raw((direction === 'asc') === backwards ? '<' : '>');
  const tie = sql`latents.latent ${sql.raw(backwards ? '<' : '>')} ${latent}::int`;
  if (value === null) {
    return backwards ? sql`(${sorted} is not null or ${tie})` : sql`(${sorted} is null and ${tie})`;
  }
  const given = TEXTS.has(key) ? sql`(${value}::text collate "C")` : sql`${value}::float8`;
  const ends = backwards ? sql`false` : sql`${sorted} is null`;
  return sql`(${sorted} ${further} ${given} or (${sorted} = ${given} and ${tie}) or ${ends})`;
}
