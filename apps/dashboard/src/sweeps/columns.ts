import type { Spread } from '@sae-lab/measures';
import { fixed, percent, short, significant, type Format } from '@sae-lab/measures';
import type { Entry } from './entries.ts';

/** What a column sorts by; a number that is missing or NaN comes last, whichever the direction. */
type SortValue = number | string | null;

export interface Column {
  readonly key: string;
  readonly label: string;
  /** What it means, with its unit, for a reader who points at the heading. */
  readonly meaning: string;
  readonly numeric: boolean;
  readonly sortValue: (entry: Entry) => SortValue;
  /** Only columns of figures have one. */
  readonly spread?: (entry: Entry) => Spread;
  readonly format?: Format;
  readonly deviationFormat?: Format;
  /** Which end of it is the better one: that a first click on the heading puts first. */
  readonly better?: 'lower' | 'higher';
  /** Left out where no run has the figure. */
  readonly optional?: true;
}

function figure(
  key: keyof Entry['metrics'],
  label: string,
  format: Format,
  meaning: string,
  better: 'lower' | 'higher',
  deviationFormat = format,
): Column {
  const spread = (entry: Entry) => entry.metrics[key];
  return {
    key,
    label,
    meaning,
    better,
    numeric: true,
    format,
    deviationFormat,
    spread,
    sortValue: (entry) => spread(entry).mean,
  };
}

const STATUS_ORDER = ['running', 'queued', 'interrupted', 'failed', 'diverged', 'finished'];

export const COLUMNS: readonly Column[] = [
  {
    key: 'variant',
    label: 'variant',
    meaning: 'Architecture of the SAE',
    numeric: false,
    sortValue: ({ variant }) => variant,
  },
  {
    key: 'coefficient',
    label: 'coefficient',
    meaning: 'The hyperparameter that sets sparsity, and whatever else varies',
    numeric: false,
    sortValue: ({ coefficientValue, coefficient }) => coefficientValue ?? coefficient,
  },
  {
    key: 'hook',
    label: 'hook',
    meaning: 'Where in the model the activations come from; synthetic where there is no model',
    numeric: false,
    sortValue: ({ hook }) => hook,
  },
  {
    key: 'width',
    label: 'width',
    meaning: 'Number of latents',
    numeric: true,
    sortValue: ({ width }) => width,
  },
  {
    key: 'seed',
    label: 'seed',
    meaning: 'Seed of the initialisation and of the order of the data',
    numeric: true,
    sortValue: ({ runs }) => (runs.length === 1 ? runs[0]!.seed : runs.length),
  },
  {
    key: 'status',
    label: 'status',
    meaning: 'What has become of the run',
    numeric: false,
    sortValue: ({ runs }) => Math.min(...runs.map(({ status }) => STATUS_ORDER.indexOf(status))),
  },
  {
    key: 'progress',
    label: 'steps',
    meaning: 'Training steps done, of all',
    numeric: true,
    sortValue: ({ step, totalSteps }) => (totalSteps === null ? null : step / totalSteps),
  },
  figure('l0', 'L0', fixed(1), 'Mean number of latents that are on, per token', 'lower'),
  figure(
    'explained_variance',
    'expl. variance',
    fixed(4),
    '1 − E‖x − x̂‖² / (E‖x‖² − ‖E x‖²); predicting the mean gives 0, perfection 1',
    'higher',
  ),
  figure(
    'mse',
    'MSE',
    significant(4),
    'Mean squared error over all entries, in squared units of the activations',
    'lower',
    short(2),
  ),
  figure('cosine', 'cosine', fixed(4), 'Mean cosine similarity of activation and reconstruction', 'higher'),
  figure('l2_ratio', 'l2 ratio', fixed(3), 'Mean ‖x̂‖ / ‖x‖; under 1 the reconstruction shrinks', 'higher'),
  figure('dead_fraction', 'dead', percent(1), 'Latents that fired on none of the evaluation tokens', 'lower'),
  {
    ...figure(
      'mmcs',
      'MMCS',
      fixed(3),
      'Mean, over the true directions, of the largest cosine to a decoder row',
      'higher',
    ),
    optional: true,
  },
  {
    ...figure(
      'recovered',
      'recovered',
      percent(1),
      'True directions that a decoder row has a cosine above 0.9 with',
      'higher',
    ),
    optional: true,
  },
  figure('seconds', 'seconds', fixed(1), 'Time spent training', 'lower'),
];

export const COLUMN_KEYS = COLUMNS.map(({ key }) => key);

/** The direction of a first click on a heading: the best first, or the smallest where neither end is better. */
export function firstDirection(key: string): 'asc' | 'desc' {
  return COLUMNS.find((column) => column.key === key)?.better === 'higher' ? 'desc' : 'asc';
}

/** The columns that these entries have something for: a language model's runs know no true directions. */
export function columnsOf(entries: readonly Entry[]): readonly Column[] {
  return COLUMNS.filter(
    ({ optional, spread }) => !optional || entries.some((entry) => spread?.(entry).mean !== null),
  );
}

/** A stable sort; numbers stand before text, and what is missing or NaN stands last in both directions. */
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
  // Not a difference: that of two infinities is NaN.
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : Number(a > b);
  if (typeof a === 'string' && typeof b === 'string') return a.localeCompare(b, 'en', { numeric: true });
  return typeof a === 'number' ? -1 : 1;
}
