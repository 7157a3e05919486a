import {
  createLoader,
  parseAsArrayOf,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs/server';

/** Rows that the browser reads at once. */
export const PAGE_ROWS = 100;

/** Longest list of selected runs: all of them must fit into the address. */
export const MOST_SELECTED = 500;

/** The reader's choices on the page of all runs. They are in the URL, so that a link shows the same view. */
export const tableState = {
  filter: parseAsString.withDefault(''),
  sort: parseAsString,
  dir: parseAsStringLiteral(['asc', 'desc'] as const).withDefault('asc'),
  /** Shown columns in order; null for the usual ones. */
  columns: parseAsArrayOf(parseAsString),
  /** Columns that stay in view. */
  pinned: parseAsArrayOf(parseAsString).withDefault(['variant']),
  /** The run that the others are compared with. */
  baseline: parseAsInteger,
  selected: parseAsArrayOf(parseAsInteger).withDefault([]),
};

export const loadTableState = createLoader(tableState);
export type TableState = Awaited<ReturnType<typeof loadTableState>>;

/** What a saved view keeps: everything but the selection. */
export const VIEW_FIELDS = ['filter', 'sort', 'dir', 'columns', 'pinned', 'baseline'] as const;
