import 'server-only';
import {
  firstLatents,
  latentTable,
  type Db,
  type LatentCounts,
  type LatentCursor,
  type ListedLatent,
} from '@sae-lab/db/reading';
import type { FilterProblem } from '@sae-lab/db/filter';
import { checkFilter, LATENT_KEYS } from '@sae-lab/db/filter';
import type { PageProblem } from '../../all-runs/load-page.ts';
import type { Described } from '../described-sae.ts';
import { around, examplesOf, type Example } from '../text/features.ts';
import { filtersOf } from './filters-of.ts';
import { PAGE_ROWS, type ListState } from './list-state.ts';

/** What the list shows of a latent. */
export type LatentItem = Omit<ListedLatent, 'raised' | 'examples' | 'cursor'> & {
  readonly raised: readonly string[];
  readonly examples: readonly Example[];
};

export interface LatentPage {
  readonly rows: readonly LatentItem[];
  /** Where the next page continues; absent after an empty page. */
  readonly end?: LatentCursor;
  /** With the first page only. */
  readonly counts?: LatentCounts;
}

/** Examples of a latent in each view. */
const EXAMPLES = { list: 1, cards: 3 };
/** Tokens of an example in a list. */
const SHOWN = { before: 11, after: 8 };

/** A page of the latents that pass the reader's filters. */
export async function loadList(
  db: Db,
  { subject, shown }: Pick<Described, 'subject' | 'shown'>,
  state: ListState,
  { after, skip = 0 }: { after?: LatentCursor | undefined; skip?: number } = {},
): Promise<LatentPage | { problem: PageProblem }> {
  const { filters, problem } = filtersOf(state);
  const wrong = problem ?? firstProblem(filters);
  if (wrong) {
    return { problem: { code: wrong.error.code, message: wrong.error.message, span: wrong.span } };
  }
  const sae = { subject, evaluationId: shown.id };
  const order = { key: state.sort, direction: state.dir };
  const query = { sae, filters, order };
  const size = { limit: PAGE_ROWS, examples: EXAMPLES[state.view] };
  const { rows: found, counts } =
    after === undefined && skip === 0
      ? await firstLatents(db, query, size)
      : { rows: await latentTable(db, query, { ...size, after, skip }), counts: undefined };
  const last = found.at(-1);
  return { rows: found.map(itemOf), ...(last && { end: last.cursor }), ...(counts && { counts }) };
}

/** What lists and cards show of a latent. */
export function itemOf(listed: ListedLatent): LatentItem {
  const { latent, density, maxActivation, maxCosine, label, isByPerson, score, notes } = listed;
  const { raised, examples } = listed;
  return {
    latent,
    density,
    maxActivation,
    maxCosine,
    label,
    isByPerson,
    score,
    notes,
    raised: raised.flatMap(({ token }) => (typeof token === 'string' ? [token] : [])),
    examples: examplesOf(examples).map((example) => around(example, SHOWN.before, SHOWN.after)),
  };
}

function firstProblem(filters: ReturnType<typeof filtersOf>['filters']): FilterProblem | undefined {
  return filters
    .map((filter) => checkFilter(filter, LATENT_KEYS, 'latent'))
    .find((problem) => problem !== undefined);
}

/** A cursor that the browser sends back; undefined if it is none. */
export function cursorOf(text: string | null): LatentCursor | undefined {
  try {
    const { value, latent } = JSON.parse(text ?? '') as Partial<LatentCursor>;
    const isValue = value === null || typeof value === 'number' || typeof value === 'string';
    const isLatent = Number.isInteger(latent) && latent! >= 0 && latent! < 2 ** 31;
    return isValue && isLatent ? { value, latent: latent! } : undefined;
  } catch {
    return undefined;
  }
}
