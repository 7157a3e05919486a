import {
  createLoader,
  createSerializer,
  parseAsFloat,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs/server';

/** Rows that the browser reads at once. */
export const PAGE_ROWS = 100;

/** What latents are sorted by; the order of the columns of the list. */
export const SORT_KEYS = [
  'latent',
  'label',
  'score',
  'density',
  'max_activation',
  'max_cosine',
  'probing_score',
  'promoted',
  'token',
] as const;

/** Where a search looks. */
export const SEARCHED = ['any', 'text', 'token', 'promoted', 'label', 'note'] as const;

/** The reader's choices in the list of latents. They are in the URL, so that a link shows the same view. */
export const listState = {
  /** A typed filter. */
  filter: parseAsString.withDefault(''),
  q: parseAsString.withDefault(''),
  in: parseAsStringLiteral(SEARCHED).withDefault('any'),
  /** Densities of the brush: at least `from`, below `to`. */
  from: parseAsFloat,
  to: parseAsFloat,
  only: parseAsStringLiteral(['alive', 'dead', 'labelled', 'unlabelled', 'noted'] as const),
  sort: parseAsStringLiteral(SORT_KEYS).withDefault('density'),
  dir: parseAsStringLiteral(['asc', 'desc'] as const).withDefault('desc'),
  view: parseAsStringLiteral(['list', 'cards'] as const).withDefault('list'),
  /** The evaluation that describes the latents; null for the one that describes most. */
  of: parseAsInteger,
};

export const loadListState = createLoader(listState);
export type ListState = Awaited<ReturnType<typeof loadListState>>;

const serialize = createSerializer(listState);

/** The search part of an address with the choices that decide the rows, with `?` unless it is empty. */
export function listQuery(state: Partial<ListState>): string {
  return serialize(state);
}
