import 'server-only';
import {
  countMatches,
  featuresOf,
  glancesAt,
  matchedLatents,
  pairCosines,
  type Db,
  type LatentGlance,
  type MatchCursor,
  type MatchedLatent,
  type MatchList,
  type SaeSubject,
} from '@sae-lab/db/reading';
import { absorptionFloor } from './pair-data.ts';
import { LIST_TEXTS, type PairList } from './pair-lists.ts';

/** Rows of a page. */
const PAGE_ROWS = 50;
/** Rows of an export: an SAE has fewer latents. */
const ALL_ROWS = 1_000_000;

export interface ListRequest {
  readonly a: SaeSubject;
  readonly b: SaeSubject;
  readonly list: PairList;
  readonly threshold: number;
  readonly after?: MatchCursor | undefined;
  /** Every row, without examples: for an export. */
  readonly all: boolean;
}

/** A latent as a row shows it. */
export type ShownLatent = Pick<LatentGlance, 'latent'> & Partial<LatentGlance>;

export interface ListRow extends Omit<MatchedLatent, 'latent' | 'matches'> {
  readonly own: ShownLatent;
  readonly matches: readonly (Omit<MatchedLatent['matches'][number], 'latent'> & {
    readonly shown: ShownLatent;
  })[];
}

export interface ListPage {
  readonly rows: readonly ListRow[];
  /** Where the next page begins; null after the last row. */
  readonly next: MatchCursor | null;
  /** Rows of every list; only with the first page. */
  readonly counts?: Readonly<Record<PairList, number>>;
}

/** A page of latents with what is known of them; undefined if the pair is not matched. */
export async function loadList(
  db: Db,
  { a, b, list, threshold, after, all }: ListRequest,
): Promise<ListPage | undefined> {
  const pair = await pairCosines(db, a, b);
  if (pair === undefined) return undefined;
  const floor = absorptionFloor(Number(pair.random['quantile99']));
  const [own, other] = LIST_TEXTS[list].own === 'A' ? [a, b] : [b, a];
  const query = { own, other, list: storedList(list), threshold, floor };
  const limit = all ? ALL_ROWS : PAGE_ROWS;
  const found = await matchedLatents(db, query, { after, limit });
  const last = found.at(-1);
  const rows = await withGlances(db, found, own, other, all);
  const next = last !== undefined && found.length === limit ? { key: last.key, latent: last.latent } : null;
  if (after !== undefined || all) return { rows, next };
  const ofA = await countMatches(db, { own: a, other: b, threshold, floor });
  const ofB = await countMatches(db, { own: b, other: a, threshold, floor });
  const counts = {
    pairs: ofA.pairs,
    'only-a': ofA.only,
    'only-b': ofB.only,
    splits: ofA.splits,
    merges: ofB.splits,
    'absorbed-a': ofA.absorbed,
    'absorbed-b': ofB.absorbed,
  };
  return { rows, next, counts };
}

function storedList(list: PairList): MatchList {
  if (list === 'pairs') return 'pairs';
  if (list === 'splits' || list === 'merges') return 'splits';
  return list.startsWith('only') ? 'only' : 'absorbed';
}

async function withGlances(
  db: Db,
  rows: readonly MatchedLatent[],
  own: SaeSubject,
  other: SaeSubject,
  all: boolean,
): Promise<ListRow[]> {
  const read = async (
    subject: SaeSubject,
    latents: readonly number[],
  ): Promise<Map<number, LatentGlance>> => {
    const evaluation = await featuresOf(db, subject);
    if (evaluation === undefined) return new Map();
    const found = await glancesAt(db, evaluation.id, latents, { examples: !all });
    return new Map(found.map((one) => [one.latent, one]));
  };
  const ofOwn = await read(
    own,
    rows.map(({ latent }) => latent),
  );
  const ofOther = await read(
    other,
    rows.flatMap(({ matches }) => matches.map(({ latent }) => latent)),
  );
  return rows.map(({ latent, matches, ...row }) => ({
    ...row,
    own: { latent, ...ofOwn.get(latent) },
    matches: matches.map(({ latent: match, ...rest }) => ({
      ...rest,
      shown: { latent: match, ...ofOther.get(match) },
    })),
  }));
}
