// cspell:ignore materialized
import { sql, type SQL } from 'drizzle-orm';
import type { Db } from '../../connection/connect.ts';
import type { Expression } from '../../filter/expression.ts';
import { LATENT_KEYS, type LatentKey } from '../../filter/latent-keys.ts';
import type { JsonObject } from '../../schema/index.ts';
import { compileFilter } from '../run-table/compile-filter.ts';
import { beyond, orderBy, scored, sortedValue, type LatentCursor, type LatentOrder } from './latent-order.ts';
import { LABEL, LatentSource, type DescribedSae } from './latent-source.ts';

export interface LatentTableQuery {
  readonly sae: DescribedSae;
  /** All latents if empty. A latent must pass all of them. */
  readonly filters: readonly Expression[];
  readonly order: LatentOrder;
}

/** What a list shows of a latent. */
export interface ListedLatent {
  readonly latent: number;
  readonly density: number;
  readonly maxActivation: number;
  readonly maxCosine: number | null;
  /** The newest label that a person wrote, or else the best one of a language model. */
  readonly label: string | null;
  /** Whether a person wrote it. */
  readonly isByPerson: boolean;
  /** Balanced accuracy of the best explanation. */
  readonly score: number | null;
  /** How well it tells a class apart; null without a score. */
  readonly probingScore: number | null;
  readonly probingClass: string | null;
  /** Probability that the best of all latents reaches this score by chance. */
  readonly probingP: number | null;
  readonly notes: number;
  /** As the evaluation stored them. */
  readonly raised: readonly JsonObject[];
  readonly examples: readonly JsonObject[];
  /** Where the next page continues. */
  readonly cursor: LatentCursor;
}

/** How many latents there are, and how many of them pass the filters, by density. */
export interface LatentCounts {
  readonly total: number;
  readonly matching: number;
  /** Latents that never fired. */
  readonly dead: { readonly total: number; readonly matching: number };
  /** Those that fired. Bin i is from 10^(i / 4 - 7) to 10^((i + 1) / 4 - 7); the outermost bins have what is beyond. */
  readonly bins: readonly { readonly bin: number; readonly total: number; readonly matching: number }[];
}

const PROBED = sql`probed.score as "probingScore", probed.class as "probingClass", probed.p_value as "probingP"`;

const DENSITY_BINS = { lowest: -7, perDecade: 4, count: 28 };

/** How much of a page is read. */
interface PageSize {
  readonly limit: number;
  /** How many of a latent's top examples and raised tokens, at least 1. */
  readonly examples: number;
  readonly raised?: number;
}

/**
 * The first page of the latents of an SAE, with the counts of all. One pass over the latents finds both.
 *
 * @throws {SaeLabError} `filter.unknown-key`, `filter.bad-value`
 */
export async function firstLatents(
  db: Db,
  { sae, filters, order }: LatentTableQuery,
  size: PageSize,
): Promise<{ readonly rows: ListedLatent[]; readonly counts: LatentCounts }> {
  const source = new LatentSource(sae);
  const { lowest, perDecade, count } = DENSITY_BINS;
  const place = sql`floor((log(density) - ${lowest}::int) * ${perDecade}::int)::int`;
  const [found] = await db.execute<{ page: LatentCursor[]; bins: readonly CountedBin[] }>(sql`
    with listed as materialized (
      select latents.latent, latents.density, ${sortedValue(order)} as value, ${matching(filters, source)} as passes
      from ${source.from}
    )
    select (
      select coalesce(jsonb_agg(to_jsonb(page)), '[]') from (
        select latent, value from listed as latents where passes order by ${orderBy(order, { by: sql`value` })}
        limit ${size.limit}
      ) as page
    ) as page, (
      select coalesce(jsonb_agg(to_jsonb(bins)), '[]') from (
        select case when density > 0 then least(greatest(${place}, 0), ${count - 1}::int) end as bin,
          count(*) as total, count(*) filter (where passes) as matching
        from listed group by bin order by bin nulls first
      ) as bins
    ) as bins`);
  return { rows: await detailsOf(db, sae, found!.page, size), counts: countsOf(found!.bins) };
}

/**
 * A page of the latents of an SAE.
 *
 * @param page after: the last latent of a page before it; skip: latents between the two
 * @throws {SaeLabError} `filter.unknown-key`, `filter.bad-value`
 */
export async function latentTable(
  db: Db,
  { sae, filters, order }: LatentTableQuery,
  page: PageSize & { readonly after?: LatentCursor | undefined; readonly skip?: number },
): Promise<ListedLatent[]> {
  const source = new LatentSource(sae);
  const rest = page.after === undefined ? sql`true` : beyond(order, page.after);
  const read = async (among: SQL): Promise<readonly LatentCursor[]> =>
    db.execute<{ latent: number; value: LatentCursor['value'] }>(sql`
      select latents.latent, ${sortedValue(order)} as value from ${source.from}
      where ${matching(filters, source)} and ${rest} and ${among} order by ${orderBy(order)}
      limit ${page.limit} offset ${page.skip ?? 0}`);
  // The index by score has no latents without one. Most pages do without them.
  const indexed = scored(order, page.after);
  const cursors = indexed && (await read(indexed));
  const isWhole = cursors?.length === page.limit;
  return detailsOf(db, sae, isWhole ? cursors : await read(sql`true`), page);
}

/** What lists show of these latents. Only their features are read: they are stored out of line. */
async function detailsOf(
  db: Db,
  sae: DescribedSae,
  cursors: readonly LatentCursor[],
  { examples, raised = 5 }: PageSize,
): Promise<ListedLatent[]> {
  if (cursors.length === 0) return [];
  const source = new LatentSource(sae);
  const list = (path: string, length: number): SQL =>
    sql`jsonb_path_query_array(latents.features, ${path}::jsonpath, ${JSON.stringify({ last: length - 1 })}::jsonb)`;
  const rows = await db.execute<Omit<ListedLatent, 'cursor'> & Record<string, unknown>>(sql`
    select latents.latent, latents.density, latents.max_activation as "maxActivation", latents.max_cosine as "maxCosine",
      ${LABEL} as label, named.labels is not null as "isByPerson", explained.score, ${PROBED}, coalesce(noted.notes, 0) as notes,
      ${list('lax $.top[0 to $last] ? (@.at >= 0)', examples)} as examples,
      ${list('lax $.raised[0 to $last]', raised)} as raised
    from ${source.from}
    where latents.latent in (${sql.join(
      cursors.map(({ latent }) => sql`${latent}::int`),
      sql`, `,
    )})`);
  const byLatent = new Map(rows.map((row) => [row.latent, row]));
  return cursors.flatMap(({ latent, value }) => {
    const row = byLatent.get(latent);
    return row === undefined ? [] : [{ ...row, cursor: { value, latent } }];
  });
}

/** A latent as readers take it along. */
export type ExportedLatent = Pick<
  ListedLatent,
  | 'latent'
  | 'density'
  | 'maxActivation'
  | 'maxCosine'
  | 'label'
  | 'score'
  | 'probingScore'
  | 'probingClass'
  | 'probingP'
> & {
  /** Tokens that it raises, and on which it fires. */
  readonly raised: readonly string[];
  readonly active: readonly string[];
  /** The tokens of its top example; null if it never fired. */
  readonly example: readonly string[] | null;
};

/**
 * All latents that pass the filters, in their order.
 *
 * @throws {SaeLabError} `filter.unknown-key`, `filter.bad-value`
 */
export async function exportedLatents(db: Db, query: LatentTableQuery): Promise<ExportedLatent[]> {
  const source = new LatentSource(query.sae);
  const rows = await db.execute<{ [Key in keyof ExportedLatent]: ExportedLatent[Key] }>(sql`
    select latents.latent, latents.density, latents.max_activation as "maxActivation", latents.max_cosine as "maxCosine",
      ${LABEL} as label, explained.score, ${PROBED}, to_jsonb(latents.raised_tokens) as raised,
      to_jsonb(latents.active_tokens) as active, latents.features #> '{top,0,tokens}' as example
    from ${source.from} where ${matching(query.filters, source)} order by ${orderBy(query.order)}`);
  return [...rows];
}

/**
 * The latents before and after one in an order.
 *
 * @throws {SaeLabError} `filter.unknown-key`, `filter.bad-value`
 */
export async function latentNeighbours(
  db: Db,
  { sae, filters, order }: LatentTableQuery,
  latent: number,
): Promise<{ readonly previous: number | null; readonly next: number | null }> {
  const source = new LatentSource(sae);
  const [own] = await db.execute<{ value: LatentCursor['value'] }>(
    sql`select ${sortedValue(order)} as value from ${source.from} where latents.latent = ${latent}::int`,
  );
  if (own === undefined) return { previous: null, next: null };
  const cursor = { value: own.value, latent };
  const closest = (backwards: boolean): SQL => sql`(
    select latents.latent from ${source.from} where ${beyond(order, cursor, backwards)} and ${matching(filters, source)}
    order by ${orderBy(order, { backwards })} limit 1)`;
  const [row] = await db.execute<{ previous: number | null; next: number | null }>(
    sql`select ${closest(true)} as previous, ${closest(false)} as next`,
  );
  return row!;
}

interface CountedBin {
  /** Null for latents that never fired. */
  readonly bin: number | null;
  readonly total: number;
  readonly matching: number;
}

function countsOf(bins: readonly CountedBin[]): LatentCounts {
  const sum = (key: 'total' | 'matching'): number => bins.reduce((all, bin) => all + bin[key], 0);
  const dead = bins.find(({ bin }) => bin === null);
  return {
    total: sum('total'),
    matching: sum('matching'),
    dead: { total: dead?.total ?? 0, matching: dead?.matching ?? 0 },
    bins: bins.flatMap(({ bin, ...counts }) => (bin === null ? [] : [{ bin, ...counts }])),
  };
}

function matching(filters: readonly Expression[], source: LatentSource): SQL {
  if (filters.length === 0) return sql`true`;
  return sql.join(
    filters.map((filter) => sql`(${compileFilter<LatentKey>(filter, LATENT_KEYS, source, 'latent')})`),
    sql` and `,
  );
}
