import { FIGURES, formatOf, headingOf, NOTHING, short, type Figure, type Keyed } from '@sae-lab/measures';
import type { CompareRow } from '../compare-row.ts';
import type { ExportedTable } from '../../export/exported-table.ts';
import { valueOf } from '../groups.ts';
import { settingOf } from '../setting.ts';
import type { Interval } from '../statistics/interval.ts';
import { matchedAt, type MatchedCell, type MatchedRun, type Verdict } from '../statistics/matched.ts';

const L0 = short(4);

export const VERDICTS: Readonly<Record<Verdict, string>> = {
  better: 'Better',
  worse: 'Worse',
  apart: 'Different',
  'cannot-distinguish': 'Cannot distinguish',
  'one-seed': 'One seed: no interval',
};

/** The runs that have both numbers. */
export function matchedRuns(rows: readonly CompareRow[], by: string, measure: string): MatchedRun[] {
  return rows.flatMap((row) => {
    const { l0, [measure]: value } = row.figures;
    if (l0 === undefined || value === undefined) return [];
    return [{ group: valueOf(row, by), setting: settingOf(row, by), seed: row.seed, l0, value }];
  });
}

interface MatchedTableInput {
  readonly rows: readonly CompareRow[];
  readonly by: { readonly key: string; readonly label: string };
  readonly measure: Keyed<Figure>;
  readonly targets: readonly number[];
  readonly baseline: string;
  readonly caption: string;
}

export interface MatchedTable extends ExportedTable {
  readonly cells: readonly MatchedCell[];
}

/** The comparison at matched L0, as it is shown and as it is exported. */
export function matchedTable({
  rows,
  by,
  measure,
  targets,
  baseline,
  caption,
}: MatchedTableInput): MatchedTable {
  const runs = matchedRuns(rows, by.key, measure.key);
  const cells = matchedAt(runs, targets, baseline, measure.better ?? 'neither');
  const places = new Map(rows.map((row) => [settingOf(row, by.key), row]));
  const columns = placeColumns([...new Set(runs.map(({ setting }) => setting))], places, by.key);
  const value = formatOf(measure);
  return {
    cells,
    name: `matched-l0-${measure.key}`,
    caption,
    records: cells.map((cell) => ({
      ...Object.fromEntries(columns.map(({ key, textOf }) => [key, textOf(places.get(cell.setting)!)])),
      [by.key]: cell.group,
      l0: cell.l0,
      measure: measure.key,
      seeds: cell.value?.n ?? 0,
      mean: cell.value?.mean ?? null,
      low: cell.value?.low ?? null,
      high: cell.value?.high ?? null,
      baseline,
      pairs: cell.difference?.n ?? 0,
      difference: cell.difference?.mean ?? null,
      difference_low: cell.difference?.low ?? null,
      difference_high: cell.difference?.high ?? null,
      verdict: cell.verdict ?? null,
      reach_low: cell.reach?.[0] ?? null,
      reach_high: cell.reach?.[1] ?? null,
    })),
    headings: [
      ...columns.map(({ label }) => label),
      FIGURES.l0.label,
      by.label,
      `${headingOf(measure)} [95 %]`,
      'Seeds',
      `Difference to ${baseline} [95 %]`,
      'Pairs',
      'Verdict',
    ],
    rows: cells.map((cell) => [
      ...columns.map(({ textOf }) => textOf(places.get(cell.setting)!)),
      L0(cell.l0),
      cell.group,
      cell.value === undefined ? outsideText(cell) : intervalText(cell.value, value),
      String(cell.value?.n ?? 0),
      cell.group === baseline
        ? 'Baseline'
        : cell.difference === undefined
          ? NOTHING
          : intervalText(cell.difference, signed(value)),
      cell.difference === undefined ? NOTHING : String(cell.difference.n),
      cell.verdict === undefined ? NOTHING : VERDICTS[cell.verdict],
    ]),
    numeric: [...columns.map(() => false), true, false, true, true, true, true, false],
  };
}

function outsideText({ reach }: MatchedCell): string {
  return reach === undefined ? NOTHING : `Outside ${L0(reach[0])} to ${L0(reach[1])}`;
}

export function intervalText({ mean, low, high }: Interval, format: (value: number) => string): string {
  return low === null || high === null ? format(mean) : `${format(mean)} [${format(low)}, ${format(high)}]`;
}

export const signed =
  (format: (value: number) => string) =>
  (value: number): string =>
    value > 0 ? `+${format(value)}` : format(value);

/** Hook and width have a column where settings differ in them. */
function placeColumns(settings: readonly string[], places: ReadonlyMap<string, CompareRow>, by: string) {
  const columns = [
    { key: 'hook', label: 'Hook', textOf: (row: CompareRow) => row.hook },
    { key: 'activations', label: 'Activations', textOf: (row: CompareRow) => row.activations.slice(0, 8) },
    { key: 'width', label: 'Width', textOf: (row: CompareRow) => String(row.width) },
  ];
  const differs = ({ textOf }: (typeof columns)[number]) =>
    new Set(settings.map((setting) => textOf(places.get(setting)!))).size > 1;
  const shown = columns.filter((column) => column.key !== by && differs(column));
  // Every hook has its own activations.
  return shown.some(({ key }) => key === 'hook') ? shown.filter(({ key }) => key !== 'activations') : shown;
}
