import type { RunField, RunKey } from '@sae-lab/db/filter';
import type { RunCell } from '@sae-lab/db/reading';
import {
  figuresIn,
  figuresShown,
  figureText,
  headingOf,
  integer,
  labelOfKey,
  NOTHING,
  short,
  TRAINING_TIME,
  type Measure,
} from '@sae-lab/measures';
import { instant } from '../format/time.ts';

/** A column of the table of all runs. */
export interface TableColumn {
  readonly key: string;
  readonly type: RunKey['type'];
  readonly label: string;
  /** Shown when the reader points at the heading. */
  readonly meaning: string;
  readonly numeric: boolean;
  /** In CSS pixels. */
  readonly width: number;
  /** The order of the first click on the heading: the best or the newest first, or ascending. */
  readonly firstDirection: 'asc' | 'desc';
  /** Of a measured number; differences to the baseline are shown for these. */
  readonly measure?: Measure;
}

const FIELDS: Readonly<Record<RunField, readonly [label: string, meaning: string, width: number]>> = {
  variant: ['Variant', 'Architecture of the SAE.', 150],
  coefficient: ['Coefficient', 'The hyperparameter that sets sparsity.', 104],
  hook: ['Hook', 'Where in the model the activations come from.', 190],
  model: ['Model', 'The model that the activations come from.', 190],
  width: ['Width', 'Number of latents.', 84],
  seed: ['Seed', 'Seed of the initialisation and the data order.', 66],
  configuration: ['Configuration', 'Hash of everything that decides the result, except the seed.', 118],
  status: ['Status', 'Whether the run is queued, running or over, and how it ended.', 120],
  sweep: ['Sweep', 'The sweeps that the run belongs to.', 160],
  tag: ['Tags', 'What readers call the run.', 150],
  progress: ['Progress', 'Completed fraction of the training steps.', 92],
  step: ['Step', 'Training steps completed so far.', 92],
  seconds: [TRAINING_TIME.label, TRAINING_TIME.meaning, 116],
  queued: ['Queued', 'When the run was first planned.', 140],
  started: ['Started', 'When the run was last started.', 140],
  finished: ['Finished', 'When the run ended.', 140],
  error: ['Error', 'Why the run failed or diverged.', 260],
  commit: ['Commit', 'The commit of this project that trained the run.', 92],
  activations: ['Activations', 'Hash of the activations that the run was trained on.', 110],
  hash: ['Hash', 'Identity of the run.', 92],
  id: ['Run', 'Number of the run in the database.', 72],
};

const PROGRESS: Measure = { label: 'Progress', form: 'percent', digits: 0, meaning: '' };
const NEWEST_FIRST = new Set(['queued', 'started', 'finished', 'id']);

export function columnOf({ key, kind, type }: RunKey): TableColumn {
  if (kind === 'field') {
    const [label, meaning, width] = FIELDS[key as RunField];
    const measure = key === 'seconds' ? TRAINING_TIME : key === 'progress' ? PROGRESS : undefined;
    return {
      key,
      type,
      label,
      meaning,
      width,
      numeric: type === 'number' || key === 'coefficient',
      firstDirection: NEWEST_FIRST.has(key) ? 'desc' : 'asc',
      ...(measure && { measure }),
    };
  }
  if (kind === 'setting') {
    const name = key.split('.').at(-1)!;
    const shown = key.startsWith('hyper.') ? name : labelOfKey(name);
    return {
      key,
      type,
      width: widthFor(shown, 120),
      firstDirection: 'asc',
      label: shown,
      meaning: `Setting ${key}.`,
      numeric: true,
    };
  }
  const [measure] = figuresIn([key]);
  const { label, unit, meaning, better } = measure!;
  return {
    key,
    type,
    width: widthFor(headingOf(measure!), 112),
    numeric: true,
    measure: measure!,
    label: headingOf(measure!),
    meaning: `${label}${unit === undefined ? '' : ` (${unit})`}. ${meaning}`,
    firstDirection: better === 'higher' ? 'desc' : 'asc',
  };
}

/** Of a heading: a character, and what is next to the text. */
const HEADING = { character: 7, space: 38, most: 220 };

/** The width in which a heading fits, up to a bound. */
function widthFor(heading: string, least: number): number {
  return Math.max(least, Math.min(HEADING.most, heading.length * HEADING.character + HEADING.space));
}

/** The columns of a table that nobody has changed: the run, the figures that tables show, and its end. */
export function usualColumns(keys: readonly RunKey[]): string[] {
  const figures = new Set(keys.filter(({ kind }) => kind === 'figure').map(({ key }) => key));
  return [
    'variant',
    'coefficient',
    'hook',
    'width',
    'seed',
    'status',
    ...figuresShown('table', (key) => figures.has(key))
      .map(({ key }) => key)
      .filter((key) => figures.has(key)),
    'sweep',
    'finished',
  ];
}

/** The columns of a link, without those that do not exist and without repetition. */
export function shownColumns(keys: readonly RunKey[], asked: readonly string[] | null): string[] {
  if (asked === null) return usualColumns(keys);
  const known = new Set(keys.map(({ key }) => key));
  return [...new Set(asked)].filter((key) => known.has(key));
}

/** What a cell shows. */
export function cellText({ key, type, measure }: TableColumn, value: RunCell | undefined): string {
  if (value === null || value === undefined) return NOTHING;
  if (measure) return figureText(measure, Number(value));
  if (type === 'time') return instant(new Date(Number(value)));
  if (key === 'hash' || key === 'commit' || key === 'activations') return String(value).slice(0, 8);
  if (key === 'width' || key === 'step') return integer(Number(value));
  if (Array.isArray(value)) return value.length === 0 ? NOTHING : value.join(', ');
  return typeof value === 'number'
    ? Number.isInteger(value)
      ? String(value)
      : short(6)(value)
    : String(value);
}
