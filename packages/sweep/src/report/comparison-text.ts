import type { Spread } from '@sae-lab/measures';
import type { ComparisonRow } from './comparison-table.ts';
import { tableLines, tableWidth, type TextColumn } from './text-table.ts';
import { namesOf } from './visible-text.ts';

/** Longer names are cut in the middle. */
const LONGEST_NAME = 60;
const LONGEST_LABEL = 400;
/** A label is broken into lines no shorter than this. */
const NARROWEST_LABEL = 10;
/** Characters of a run's hash: enough to find its folder by. */
const SHORT_HASH = 8;
/** More rows are for the dashboard. */
const ROWS_SHOWN = 200;

interface ComparisonColumn extends TextColumn {
  readonly cell: (row: ComparisonRow) => string;
  /** A head for where there is little room. */
  readonly short?: string;
  /** Said above the table instead, where it is the same in all rows and there is little room. */
  readonly mayBeConstant?: true;
}

function figure(
  head: string,
  spread: (row: ComparisonRow) => Spread,
  digits: number,
  short = head,
): ComparisonColumn {
  return { head, short, align: 'right', cell: (row) => shown(spread(row), digits) };
}

const TRUTH = [figure('MMCS', ({ mmcs }) => mmcs, 3), figure('recovered', ({ recovered }) => recovered, 3)];
const RUN: ComparisonColumn = {
  head: 'run',
  align: 'left',
  cell: ({ run }) => run?.slice(0, SHORT_HASH) ?? '',
};

/**
 * The table that ends a sweep. A row of which no run finished has dashes.
 *
 * @param width columns of the terminal; the table is made to fit as far as it can
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
    ...(left === 0 ? [] : [`… and ${left} more rows: --all shows them, and so does the dashboard`]),
    ...evaluatedOn(rows),
  ].join('\n');
}

function columnsOf(rows: readonly ComparisonRow[]): ComparisonColumn[] {
  const names = namesIn(rows);
  const knowTruth = rows.some(({ mmcs, recovered }) => mmcs.mean !== null || recovered.mean !== null);
  return [
    { head: 'hook', align: 'left', mayBeConstant: true, cell: ({ hook }) => names.hook(hook) },
    { head: 'width', align: 'right', mayBeConstant: true, cell: ({ width }) => String(width) },
    { head: 'variant', align: 'left', cell: ({ variant }) => names.variant(variant) },
    {
      head: 'coefficient',
      align: 'left',
      cell: ({ coefficient }) => names.label(coefficient),
    },
    {
      head: 'seeds',
      align: 'right',
      cell: ({ seeds, finishedSeeds }) =>
        finishedSeeds === seeds ? `${seeds}` : `${finishedSeeds}/${seeds}`,
    },
    figure('L0', ({ l0 }) => l0, 1),
    figure('explained variance', ({ explainedVariance }) => explainedVariance, 4, 'expl. var.'),
    figure('dead fraction', ({ deadFraction }) => deadFraction, 3, 'dead'),
    ...(knowTruth ? TRUTH : []),
    figure('seconds', ({ seconds }) => seconds, 1),
    ...(rows.some(({ run }) => run !== null) ? [RUN] : []),
  ];
}

interface Fitted {
  readonly above: string;
  readonly columns: readonly ComparisonColumn[];
  readonly cells: readonly (readonly string[])[];
}

/** Gives up one thing after the other until the table fits; what tells rows apart is never given up. */
function fitted(rows: readonly ComparisonRow[], width: number): Fitted {
  let columns = columnsOf(rows);
  let above = '';
  const cells = (): string[][] => rows.map((row) => columns.map(({ cell }) => cell(row)));
  const without = (left: string): void => {
    columns = columns.filter(({ head }) => head !== left);
  };
  const steps: (() => void)[] = [
    () => (columns = columns.map((column) => ({ ...column, head: column.short ?? column.head }))),
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
        column.head === 'hook' ? { ...column, cell: shortHooks(rows) } : column,
      )),
    () => {
      columns = columns.map((column) => ({
        ...column,
        cell: (row) => column.cell(row).replace(' ± ', '\n± '),
      }));
    },
    () => without('run'),
    () => {
      const label = columns.findIndex(({ head }) => head === 'coefficient');
      const { cell } = columns[label]!;
      const longest = rows.reduce((most, row) => Math.max(most, cell(row).length), 0);
      const room = Math.max(NARROWEST_LABEL, longest - (tableWidth(columns, cells()) - width));
      columns = columns.with(label, { ...columns[label]!, cell: (row) => broken(cell(row), room) });
    },
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

/** `blocks.3.hook_mlp_out` → `3.mlp_out`, where that leaves all hooks different. */
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

/** Breaks a label between its fields, and within one where it must. */
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

/** How many activations the figures are of, hook by hook where that differs. */
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

function shown({ mean, deviation }: Spread, digits: number): string {
  if (mean === null) return '–';
  return deviation === null ? mean.toFixed(digits) : `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}`;
}
