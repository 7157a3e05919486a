import { sql, type SQL } from 'drizzle-orm';
import type { Db } from '../../connection/connect.ts';
import type { Expression } from '../../filter/expression.ts';
import { LATENT_KEYS, type LatentKey } from '../../filter/latent-keys.ts';
import type { JsonObject } from '../../schema/index.ts';
import { compileFilter } from '../run-table/compile-filter.ts';
import { beyond, orderBy, sortedValue, type LatentCursor, type LatentOrder } from './latent-order.ts';
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
  readonly notes: number;
  /** As the evaluation stored them. */
  readonly raised: readonly JsonObject[];
  readonly examples: readonly JsonObject[];
  /** Where the next page continues. */
  readonly cursor: LatentCursor;
}

/**
 * A page of the latents of an SAE.
 *
 * @param page after: the last latent of a page before it; skip: latents between the two; examples: how many of the top
 *   examples, at least 1
 * @throws {SaeLabError} `filter.unknown-key`, `filter.bad-value`
 */
export async function latentTable(
  db: Db,
  { sae, filters, order }: LatentTableQuery,
  page: { after?: LatentCursor | undefined; skip?: number; limit: number; examples: number; raised?: number },
): Promise<ListedLatent[]> {
  const source = new LatentSource(sae);
  const rest = page.after === undefined ? sql`true` : beyond(order, page.after);
  const last = JSON.stringify({ last: page.examples - 1 });
  // The features of the page alone are read: they are stored out of line.
  const rows = await db.execute<Omit<ListedLatent, 'cursor'> & { value: LatentCursor['value'] }>(sql`
    with page as materialized (
      select latents.latent, latents.density, latents.max_activation, latents.max_cosine, ${LABEL} as label,
        named.labels is not null as is_by_person, explained.score, coalesce(noted.notes, 0) as notes,
        ${sortedValue(order)} as value, row_number() over (order by ${orderBy(order)}) as place
      from ${source.from} where ${matching(filters, source)} and ${rest}
      order by ${orderBy(order)} limit ${page.limit} offset ${page.skip ?? 0}
    )
    select page.latent, page.density, page.max_activation as "maxActivation", page.max_cosine as "maxCosine", page.label,
      page.is_by_person as "isByPerson", page.score, page.notes, page.value,
      jsonb_path_query_array(latents.features, 'lax $.top[0 to $last] ? (@.at >= 0)', ${last}::jsonb) as examples,
      latents.features -> 'raised' as raised
    from page join latents on latents.evaluation_id = ${sae.evaluationId} and latents.latent = page.latent
    order by page.place`);
  return rows.map(({ value, raised, examples, ...row }) => ({
    ...row,
    raised: listIn(raised).slice(0, page.raised ?? 5),
    examples: listIn(examples),
    cursor: { value, latent: row.latent },
  }));
}

/** A latent as readers take it along, with all of its searchable text. */
export type ExportedLatent = Pick<
  ListedLatent,
  'latent' | 'density' | 'maxActivation' | 'maxCosine' | 'label' | 'score'
> & {
  /** Tokens that it raises, and on which it fires. */
  readonly raised: readonly string[];
  readonly active: readonly string[];
  /** The text of its top examples, an example a line. */
  readonly example: string;
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
      ${LABEL} as label, explained.score, to_jsonb(latents.raised_tokens) as raised,
      to_jsonb(latents.active_tokens) as active, latents.example_text as example
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
    select latents.latent from ${source.from} where ${matching(filters, source)} and ${beyond(order, cursor, backwards)}
    order by ${orderBy(order, backwards)} limit 1)`;
  const [row] = await db.execute<{ previous: number | null; next: number | null }>(
    sql`select ${closest(true)} as previous, ${closest(false)} as next`,
  );
  return row!;
}

/** How many latents there are, and how many of them pass the filters, by density. */
export interface LatentCounts {
  readonly total: number;
  readonly matching: number;
  /** Latents that never fired. */
  readonly dead: { readonly total: number; readonly matching: number };
  /** Those that fired, in bins of equal ratio: bin i is from 10^(lowest + i·step) to 10^(lowest + (i + 1)·step). */
  readonly bins: readonly { readonly bin: number; readonly total: number; readonly matching: number }[];
}

/** Bins of the densities: four for each power of ten from 10⁻⁷ to 1. */
const DENSITY_BINS = { lowest: -7, perDecade: 4, count: 28 } as const;

/** @throws {SaeLabError} `filter.unknown-key`, `filter.bad-value` */
export async function latentCounts(
  db: Db,
  { sae, filters }: Pick<LatentTableQuery, 'sae' | 'filters'>,
): Promise<LatentCounts> {
  const source = new LatentSource(sae);
  const { lowest, perDecade, count } = DENSITY_BINS;
  const place = sql`floor((log(latents.density) - ${lowest}::int) * ${perDecade}::int)::int`;
  const rows = await db.execute<{ bin: number | null; total: number; matching: number }>(sql`
    select case when latents.density > 0 then least(greatest(${place}, 0), ${count - 1}::int) end as bin,
      count(*)::int as total, (count(*) filter (where ${matching(filters, source)}))::int as matching
    from ${source.from} group by bin order by bin nulls first`);
  const sum = (key: 'total' | 'matching'): number => rows.reduce((all, row) => all + row[key], 0);
  const dead = rows.find(({ bin }) => bin === null);
  return {
    total: sum('total'),
    matching: sum('matching'),
    dead: { total: dead?.total ?? 0, matching: dead?.matching ?? 0 },
    bins: rows.flatMap(({ bin, ...counts }) => (bin === null ? [] : [{ bin, ...counts }])),
  };
}

function matching(filters: readonly Expression[], source: LatentSource): SQL {
  if (filters.length === 0) return sql`true`;
  return sql.join(
    filters.map((filter) => sql`(${compileFilter<LatentKey>(filter, LATENT_KEYS, source, 'latent')})`),
    sql` and `,
  );
}

function listIn(value: unknown): JsonObject[] {
  return Array.isArray(value) ? (value as JsonObject[]) : [];
}
