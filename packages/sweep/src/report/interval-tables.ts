import { figuresIn, formatOf, headingOf, inSentence, type Figure } from '@sae-lab/measures';
import type { EvaluationEvent, MeasuredFigures } from './events.ts';
import { tableLines, tableWidth, type TextColumn } from './text-table.ts';

type Evaluated = Extract<EvaluationEvent, { type: 'evaluation.finished' | 'evaluation.skipped' }>;

/** Figures of this prominence and above are shown without `--all`. */
const SHOWN: readonly Figure['prominence'][] = ['headline', 'table'];
const ROWS_SHOWN = 200;

/**
 * A table for each evaluation and hook: a row per SAE, and its figures with their 95 % intervals.
 *
 * @param width columns of the terminal; the last figures are left out where they do not fit
 * @param all show every figure and row
 */
export function intervalTables(
  events: readonly Evaluated[],
  { width, all }: { width: number; all: boolean },
): string {
  const groups = Map.groupBy(events, ({ evaluation, hook }) => `${evaluation} on ${hook}`);
  return [...groups]
    .map(([title, group]) =>
      hasFigures(group)
        ? [title, ...linesOf(group, width, all)].join('\n')
        : `${title}: ${group.length} ${group.length === 1 ? 'SAE' : 'SAEs'}`,
    )
    .join('\n\n');
}

/** Evaluations that describe latents have none. */
function hasFigures(events: readonly Evaluated[]): boolean {
  return events.some(({ figures = {} }) => Object.keys(figures).length > 0);
}

function linesOf(events: readonly Evaluated[], width: number, all: boolean): string[] {
  const rows = events.slice(0, all ? undefined : ROWS_SHOWN);
  const known = figuresIn(rows.flatMap(({ figures = {} }) => Object.keys(figures)));
  const main = known.filter(({ prominence }) => all || SHOWN.includes(prominence));
  let figures = main.length > 0 ? main : known;
  const columns = (): TextColumn[] => [
    { head: 'SAE', align: 'left' },
    ...figures.map((figure): TextColumn => ({ head: inSentence(headingOf(figure)), align: 'right' })),
  ];
  const cells = (): string[][] =>
    rows.map(({ sae, figures: measured = {} }) => [
      sae,
      ...figures.map((figure) => cellOf(figure, measured)),
    ]);
  const room = all ? Infinity : width;
  while (figures.length > 1 && tableWidth(columns(), cells()) > room) figures = figures.slice(0, -1);
  const left = known.length - figures.length;
  const more = [
    ...(left > 0 ? [`${left} more ${left === 1 ? 'figure' : 'figures'}`] : []),
    ...(events.length > rows.length ? [`${events.length - rows.length} more rows`] : []),
  ];
  return [
    ...tableLines(columns(), cells()),
    ...(more.length > 0 ? [`… and ${more.join(' and ')}: use --all, --json or the dashboard`] : []),
  ];
}

function cellOf(figure: Figure & { key: string }, measured: MeasuredFigures): string {
  const found = measured[figure.key];
  const format = formatOf(figure);
  if (found === undefined || Number.isNaN(found.value)) return format(null);
  const { value, low, high } = found;
  return low === null || high === null ? format(value) : `${format(value)} [${format(low)}, ${format(high)}]`;
}
