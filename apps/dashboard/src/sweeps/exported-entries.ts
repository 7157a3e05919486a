import { integer, spreadParts, type Spread } from '@sae-lab/measures';
import { captionOf } from '../export/caption.ts';
import type { ExportedTable } from '../export/exported-table.ts';
import { columnsOf, type Column } from './columns.ts';
import type { Entry } from './entries.ts';

interface ExportedEntriesOptions {
  /** The name of the sweep. */
  readonly sweep: string;
  readonly columns: readonly Column[];
  /** What the reader filters by, e.g. `width 64`. */
  readonly filters?: readonly string[];
  /** What the figure above the table shows. */
  readonly what?: string;
}

/** The rows of a sweep's page as a table that readers take with them. */
export function exportedEntries(
  entries: readonly Entry[],
  { sweep, columns, filters = [], what = '' }: ExportedEntriesOptions,
): ExportedTable {
  const runs = entries.flatMap((entry) => entry.runs);
  return {
    name: fileName(sweep),
    caption: captionOf(what, runs, [`Sweep “${sweep}”`, ...filters]),
    records: entries.map((entry) => ({
      runs: entry.runs.map(({ id }) => id).join(' '),
      hook: entry.hook,
      width: entry.width,
      ...Object.assign({}, ...columns.map((column) => recordOf(column, entry))),
    })),
    headings: columns.map(({ label }) => label),
    rows: entries.map((entry) => columns.map((column) => cellOf(column, entry))),
    numeric: columns.map(({ numeric }) => numeric),
  };
}

/** The columns of the table under a chart of two measures. */
export function chartColumns(entries: readonly Entry[], keys: readonly string[]): readonly Column[] {
  return columnsOf(entries, 'all').filter(({ key }) => keys.includes(key));
}

/** Over several seeds, a figure has a mean, the sample's deviation and the number of runs. */
function recordOf({ key, measured }: Column, entry: Entry): Record<string, string | number | null> {
  if (!measured) return { [key]: textOf(key, entry) };
  const { mean, deviation, n }: Spread = measured.spread(entry);
  return entry.runs.length === 1
    ? { [key]: mean }
    : { [key]: mean, [`${key}.deviation`]: deviation, [`${key}.n`]: n };
}

function cellOf({ key, measured }: Column, entry: Entry): string {
  return measured
    ? spreadParts(measured.measure, measured.spread(entry)).join(' ± ')
    : String(textOf(key, entry) ?? '');
}

/** What a column that is not measured has of an entry. */
function textOf(
  key: string,
  { versionedVariant, coefficient, hook, width, runs, counts, step }: Entry,
): string | number | null {
  switch (key) {
    case 'variant':
      return versionedVariant;
    case 'coefficient':
      return coefficient;
    case 'hook':
      return hook;
    case 'width':
      return width;
    case 'seed':
      return runs.length === 1 ? runs[0]!.seed : runs.map(({ seed }) => seed).join(' ');
    case 'status':
      return runs.length === 1
        ? runs[0]!.status
        : Object.entries(counts)
            .map(([status, count]) => `${integer(count)} ${status}`)
            .join(', ');
    case 'progress':
      return step;
    default:
      return null;
  }
}

/** Letters and digits of any script, so that every system can store it. */
function fileName(sweep: string): string {
  return sweep.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 80) || 'sweep';
}
