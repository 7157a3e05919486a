import {
  ALL_FIGURES,
  figuresShown,
  headingOf,
  integer,
  TRAINING_TIME,
  type FigureKey,
  type Measure,
  type Spread,
} from '@sae-lab/measures';
import type { Entry } from './entries.ts';

/** What a column sorts by. Missing numbers and NaN come last in both directions. */
type SortValue = number | string | null;

export interface Column {
  readonly key: string;
  readonly label: string;
  /** Shown when the reader points at the heading. */
  readonly meaning: string;
  readonly numeric: boolean;
  readonly sortValue: (entry: Entry) => SortValue;
  /** What a column of numbers shows. */
  readonly measured?: { readonly measure: Measure; readonly spread: (entry: Entry) => Spread };
}

/** Which figures have a column: those of the usual table, or all. */
export type FigureChoice = 'main' | 'all';

function measureColumn(key: string, measure: Measure, spread: (entry: Entry) => Spread): Column {
  const { label, unit, meaning } = measure;
  return {
    key,
    label: headingOf(measure),
    meaning: `${label}${unit === undefined ? '' : ` (${unit})`}. ${meaning}`,
    numeric: true,
    sortValue: (entry) => spread(entry).mean,
    measured: { measure, spread },
  };
}

/** What needs attention comes first. */
const STATUS_ORDER = ['running', 'queued', 'interrupted', 'failed', 'diverged', 'cancelled', 'finished'];

const RUN_COLUMNS: readonly Column[] = [
  {
    key: 'variant',
    label: 'Variant',
    meaning: 'Architecture of the SAE.',
    numeric: false,
    sortValue: ({ versionedVariant }) => versionedVariant,
  },
  {
    key: 'coefficient',
    label: 'Coefficient',
    meaning: 'The hyperparameter that sets sparsity, and every other setting that varies.',
    numeric: false,
    sortValue: ({ coefficientValue, coefficient }) => coefficientValue ?? coefficient,
  },
  {
    key: 'hook',
    label: 'Hook',
    meaning:
      'Where in the model the activations come from; “synthetic” or a name from the experiment if there is no model.',
    numeric: false,
    sortValue: ({ hook }) => hook,
  },
  {
    key: 'width',
    label: 'Width',
    meaning: 'Number of latents.',
    numeric: true,
    sortValue: ({ width }) => width,
  },
  {
    key: 'seed',
    label: 'Seed',
    meaning: 'Seed of the initialisation and the data order.',
    numeric: true,
    sortValue: ({ runs }) => (runs.length === 1 ? runs[0]!.seed : runs.length),
  },
  {
    key: 'status',
    label: 'Status',
    meaning: 'Whether the run is queued, running or over, and how it ended.',
    numeric: false,
    sortValue: ({ runs }) => Math.min(...runs.map(({ status }) => STATUS_ORDER.indexOf(status))),
  },
  {
    key: 'progress',
    label: 'Steps',
    meaning: 'Training steps completed and planned.',
    numeric: true,
    sortValue: ({ step, totalSteps }) => (totalSteps === null ? null : step / totalSteps),
  },
];

const FIGURE_COLUMNS = new Map<string, Column>(
  ALL_FIGURES.map((figure) => [
    figure.key,
    measureColumn(figure.key, figure, ({ figures }) => figures[figure.key as FigureKey]),
  ]),
);

const SECONDS = measureColumn('seconds', TRAINING_TIME, ({ seconds }) => seconds);

/** Every column that a table can have. */
export const COLUMNS: readonly Column[] = [...RUN_COLUMNS, ...FIGURE_COLUMNS.values(), SECONDS];

export const COLUMN_KEYS = COLUMNS.map(({ key }) => key);

/** What all rows of a table share, and the columns that it therefore does not need. */
export interface Shared {
  readonly keys: ReadonlySet<string>;
  /** E.g. `width 1024`. */
  readonly texts: readonly string[];
}

/** Finds what all entries share of what says nothing about a run if it is the same for all. */
export function sharedBy(entries: readonly Entry[]): Shared {
  const [first] = entries;
  const keys = new Set<string>();
  const texts: string[] = [];
  const share = (key: string, of: (entry: Entry) => unknown, text: (entry: Entry) => string): void => {
    if (first === undefined || entries.some((entry) => of(entry) !== of(first))) return;
    keys.add(key);
    texts.push(text(first));
  };
  // One row keeps its columns: there is nothing to compare.
  if (entries.length > 1) {
    share(
      'hook',
      ({ hook }) => hook,
      ({ hook }) => hook,
    );
    share(
      'width',
      ({ width }) => width,
      ({ width }) => `width ${width}`,
    );
    if (entries.every(({ step, totalSteps }) => step === totalSteps)) {
      share(
        'progress',
        ({ totalSteps }) => totalSteps,
        ({ totalSteps }) => `${integer(totalSteps)} steps`,
      );
    }
  }
  return { keys, texts };
}

/**
 * The columns of a table of these entries. What all of them share gets none, nor does an optional figure that none of
 * them has.
 */
export function columnsOf(entries: readonly Entry[], choice: FigureChoice): readonly Column[] {
  const { keys } = sharedBy(entries);
  const shown = figuresShown(choice === 'all' ? 'detail' : 'table', (key) =>
    entries.some(({ figures }) => figures[key].n > 0),
  );
  const own = RUN_COLUMNS.filter(({ key }) => !keys.has(key));
  return [...own, ...shown.map(({ key }) => FIGURE_COLUMNS.get(key)!), SECONDS];
}

/** The direction of the first click on a heading: the best first, or ascending where neither end is better. */
export function firstDirection(key: string): 'asc' | 'desc' {
  const column = COLUMNS.find((candidate) => candidate.key === key);
  return column?.measured?.measure.better === 'higher' ? 'desc' : 'asc';
}

/** A stable sort. Numbers come before text; missing values and NaN come last in both directions. */
export function sortEntries(
  entries: readonly Entry[],
  key: string | null,
  direction: 'asc' | 'desc',
): readonly Entry[] {
  const column = COLUMNS.find((candidate) => candidate.key === key);
  if (!column) return entries;
  const sign = direction === 'asc' ? 1 : -1;
  const isMissing = (value: SortValue) => value === null || Number.isNaN(value);
  return entries
    .map((entry) => ({ entry, value: column.sortValue(entry) }))
    .toSorted((a, b) => {
      if (isMissing(a.value) || isMissing(b.value))
        return Number(isMissing(a.value)) - Number(isMissing(b.value));
      return sign * compare(a.value!, b.value!);
    })
    .map(({ entry }) => entry);
}

function compare(a: number | string, b: number | string): number {
  // Compared, not subtracted: the difference of two infinities is NaN.
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : Number(a > b);
  if (typeof a === 'string' && typeof b === 'string') return a.localeCompare(b, 'en', { numeric: true });
  return typeof a === 'number' ? -1 : 1;
}
