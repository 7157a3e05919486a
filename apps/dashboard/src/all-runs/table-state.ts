import {
  createLoader,
  createParser,
  parseAsArrayOf,
  parseAsBoolean,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs/server';
import { MOST_RUNS, parseSelection, selectionText } from '../compare/selection.ts';

/** Rows that the browser reads at once. */
export const PAGE_ROWS = 100;

/** Longest list of selected runs: all of them must fit into the address, and the compare page shows no more. */
export const MOST_SELECTED = MOST_RUNS;

/** Ids in a compact form, e.g. `1-12,15`. */
const ids = createParser<number[]>({
  parse: (text) => parseSelection(text).ids.slice(0, MOST_SELECTED),
  serialize: selectionText,
  eq: (a, b) => selectionText(a) === selectionText(b),
}).withDefault([]);

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
  /** Runs that agree in these keys form a group. */
  group: parseAsArrayOf(parseAsString).withDefault([]),
  /** Groups that show their members, each named by its run with the smallest id. */
  open: ids,
  /** The key that decides the colour of a row's mark. */
  color: parseAsString,
  selected: ids,
  /** Whether all runs that pass the filter are selected, but for `except`. */
  all: parseAsBoolean.withDefault(false),
  except: ids,
};

export const loadTableState = createLoader(tableState);
export type TableState = Awaited<ReturnType<typeof loadTableState>>;

/** What a saved view keeps: everything but the selection and which groups are open. */
export const VIEW_FIELDS = [
  'filter',
  'sort',
  'dir',
  'columns',
  'pinned',
  'baseline',
  'group',
  'color',
] as const;
