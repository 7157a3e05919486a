import {
  figuresShown,
  headingOf,
  inSentence,
  NOTHING,
  spreadParts,
  TRAINING_TIME,
  type Measure,
  type Spread,
} from '@sae-lab/measures';
import type { ComparisonRow } from './comparison-table.ts';
import { tableLines, tableWidth, type TextColumn } from './text-table.ts';
import { namesOf } from './shorten.ts';

/** Longer names are cut in the middle. */
const LONGEST_NAME = 60;
const LONGEST_LABEL = 400;
/** Labels are never wrapped into lines shorter than this. */
const NARROWEST_LABEL = 8;
/** Characters of a run's hash: enough to find its folder. */
const SHORT_HASH = 8;
/** The first figures keep their columns, however narrow the terminal. */
const FIGURES_KEPT = 3;
/** Further rows are left to the dashboard. */
const ROWS_SHOWN = 200;

interface ComparisonColumn extends TextColumn {
  readonly key: string;
  readonly cell: (row: ComparisonRow) => string;
  /** May be stated once above the table when space is short and all rows agree. */
  readonly mayBeConstant?: true;
}

/**
 * The table that ends a sweep. A row without a finished run shows dashes.
 *
 * @param width columns of the terminal; the table is shrunk towards it
 * @param all show every row, however many there are
 */
export function comparisonTable(
  rows: readonly ComparisonRow[],
  { width = Infinity, all = false }: { width?: number; all?: boolean } = {},
): string {
  const listed = all ? rows : rows.slice(0, ROWS_SHOWN);
  const { above, columns, cells } = fitted(listed, width);
  const left = rows.length - listed.length;
  return [
    ...(above === '' ? [] : [above]),
    ...tableLines(columns, cells),
    ...(left === 0 ? [] : [`… and ${left} more rows: use --all or the dashboard to see them`]),
    ...evaluatedOn(rows),
    ...(columns.some(({ key }) => key === 'run') && listed.some(({ seeds }) => seeds > 1)
      ? ['The column run has the first seed of each row.']
      : []),
  ].join('\n');
}

function columnsOf(rows: readonly ComparisonRow[]): ComparisonColumn[] {
  const names = namesIn(rows);
  const text = (key: string, cell: ComparisonColumn['cell']): ComparisonColumn => ({
    key,
    head: key,
    align: 'left',
    cell,
  });
  return [
    { ...text('hook', ({ hook }) => names.hook(hook)), mayBeConstant: true },
    { ...text('width', ({ width }) => String(width)), align: 'right', mayBeConstant: true },
    text('variant', ({ variant }) => names.variant(variant)),
    text('coefficient', ({ coefficient }) => names.label(coefficient)),
    { ...text('seeds', seedsText), align: 'right', mayBeConstant: true },
    ...headlines(rows).map((figure) => measureColumn(figure.key, figure, (row) => row.figures[figure.key])),
    measureColumn('seconds', TRAINING_TIME, ({ seconds }) => seconds),
    ...(rows.some(({ runHash }) => runHash !== null)
      ? [text('run', ({ runHash }) => runHash?.slice(0, SHORT_HASH) ?? '')]
      : []),
  ];
}

/** The figures that have a column. */
function headlines(rows: readonly ComparisonRow[]) {
  return figuresShown('headline', (key) => rows.some((row) => row.figures[key].n > 0));
}

function measureColumn(
  key: string,
  measure: Measure,
  spread: (row: ComparisonRow) => Spread,
): ComparisonColumn {
  return {
    key,
    head: inSentence(headingOf(measure)),
    align: 'right',
    cell: (row) => spreadParts(measure, spread(row)).join(' ± '),
  };
}

function seedsText({ seeds, finishedSeeds, reference }: ComparisonRow): string {
  if (reference) return NOTHING;
  return finishedSeeds === seeds ? `${seeds}` : `${finishedSeeds}/${seeds}`;
}

interface Fitted {
  readonly above: string;
  readonly columns: readonly ComparisonColumn[];
  readonly cells: readonly (readonly string[])[];
}

/** Drops one detail after another until the table fits. Whatever tells rows apart stays. */
function fitted(rows: readonly ComparisonRow[], width: number): Fitted {
  let columns = columnsOf(rows);
  let above = '';
  const cells = (): string[][] => rows.map((row) => columns.map(({ cell }) => cell(row)));
  const without = (dropped: string): void => {
    columns = columns.filter(({ key }) => key !== dropped);
  };
  const steps: (() => void)[] = [
    () => without('seconds'),
    () => {
      const constant = columns.filter(
        ({ mayBeConstant, cell }) => mayBeConstant && isConstant(rows.map(cell)),
      );
      above = constant.map(({ head, cell }) => `${head} ${cell(rows[0]!)}`).join(', ');
      columns = columns.filter((column) => !constant.includes(column));
    },
    () =>
      (columns = columns.map((column) =>
        column.key === 'hook' ? { ...column, cell: shortHooks(rows) } : column,
      )),
    () => {
      columns = columns.map((column) => ({
        ...column,
        cell: (row) => column.cell(row).replace(' ± ', '\n±'),
      }));
    },
    () => {
      const label = columns.findIndex(({ key }) => key === 'coefficient');
      const { cell } = columns[label]!;
      const longest = rows.reduce((most, row) => Math.max(most, cell(row).length), 0);
      const room = Math.max(NARROWEST_LABEL, longest - (tableWidth(columns, cells()) - width));
      const head = room < columns[label]!.head.length ? 'coeff.' : columns[label]!.head;
      columns = columns.with(label, { ...columns[label]!, head, cell: (row) => broken(cell(row), room) });
    },
    ...headlines(rows)
      .slice(FIGURES_KEPT)
      .toReversed()
      .map(
        ({ key }) =>
          () =>
            without(key),
      ),
    () => without('run'),
  ];
  for (const step of steps) {
    if (tableWidth(columns, cells()) <= width) break;
    step();
  }
  return { above, columns, cells: cells() };
}

function isConstant(cells: readonly string[]): boolean {
  return cells.length > 1 && new Set(cells).size === 1;
}

/** `blocks.3.hook_mlp_out` → `3.mlp_out`, unless that makes two hooks alike. */
function shortHooks(rows: readonly ComparisonRow[]): (row: ComparisonRow) => string {
  const name = namesIn(rows).hook;
  const short = (hook: string): string =>
    name(hook)
      .replace(/^blocks\.(\d+)\.(?:hook_)?/, '$1.')
      .replace('.hook_', '.');
  const hooks = [...new Set(rows.map(({ hook }) => hook))];
  const differ = new Set(hooks.map(short)).size === hooks.length;
  return ({ hook }) => (differ ? short(hook) : name(hook));
}

/** Wraps a label between its fields, and within a field that is too long. */
function broken(label: string, room: number): string {
  const lines: string[] = [];
  for (const field of label.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + field.length <= room)
      lines[lines.length - 1] = `${last} ${field}`;
    else for (let at = 0; at === 0 || at < field.length; at += room) lines.push(field.slice(at, at + room));
  }
  return lines.join('\n');
}

function namesIn(rows: readonly ComparisonRow[]) {
  const of = (value: (row: ComparisonRow) => string, most: number) => namesOf(rows.map(value), most);
  return {
    hook: of(({ hook }) => hook, LONGEST_NAME),
    variant: of(({ variant }) => variant, LONGEST_NAME),
    label: of(({ coefficient }) => coefficient, LONGEST_LABEL),
  };
}

/** The number of evaluated activations, per hook where it differs. */
function evaluatedOn(rows: readonly ComparisonRow[]): string[] {
  const byHook = new Map<string, Set<number>>();
  for (const { hook, evaluated } of rows) {
    if (evaluated !== null) byHook.set(hook, (byHook.get(hook) ?? new Set()).add(evaluated));
  }
  const name = namesIn(rows).hook;
  const counts = new Set([...byHook.values()].flatMap((ofHook) => [...ofHook]));
  if (counts.size === 0) return [];
  const parts =
    counts.size === 1
      ? [...counts].map(String)
      : [...byHook].map(([hook, ofHook]) => `${[...ofHook].join(' or ')} (${name(hook)})`);
  return [`Evaluated on ${parts.slice(0, 3).join(', ')}${parts.length > 3 ? ', …' : ''} activations.`];
}
