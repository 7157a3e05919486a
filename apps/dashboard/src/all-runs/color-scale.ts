import type { KeySummary, RunCell } from '@sae-lab/db/reading';
import { styleAt, type MarkStyle } from '../charts/mark-style.ts';
import { variantStyle } from '../variants/variant-style.ts';
import { cellText, type TableColumn } from './table-columns.ts';

/** Values that get their own mark; the others share a grey one. */
export const MOST_COLORS = 12;

/** How a key decides the marks of rows. */
export interface ColorScale {
  readonly column: TableColumn;
  /** Undefined for a run without a value. */
  readonly styleOf: (value: RunCell | undefined) => MarkStyle | undefined;
  /** The marks with their values; of numbers on a continuous scale, its ends. */
  readonly legend: readonly (MarkStyle & { readonly text: string })[];
  readonly isContinuous: boolean;
  /** The number of values that share the grey mark. */
  readonly more: number;
}

const OTHER: MarkStyle = { color: 'var(--text-soft)', shape: 'circle', dash: '' };

/** Few values get a mark each, many numbers a continuous scale. Variants look as they do on every page. */
export function colorScale(
  column: TableColumn,
  { values, more, range }: KeySummary,
  variants: readonly string[],
): ColorScale {
  if (range && (more > 0 || column.type === 'time')) return continuous(column, range);
  // Numbers are sorted; of texts, `blocks.2` comes before `blocks.10`.
  const sorted = range ? values : values.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const styles = new Map(
    sorted.map((value, index) => [
      textOf(column, value),
      {
        ...(column.key === 'variant' ? variantStyle(value, variants) : styleAt(index)),
        text: cellText(column, column.numeric ? (numberIn(value) ?? value) : value),
      },
    ]),
  );
  return {
    column,
    styleOf: (value) => {
      if (isMissing(value)) return undefined;
      // However many there are, no variant is grey.
      if (column.key === 'variant') return variantStyle(String(value), variants);
      return styles.get(textOf(column, value)) ?? OTHER;
    },
    legend: [...styles.values()],
    isContinuous: false,
    more,
  };
}

function continuous(column: TableColumn, [low, high]: readonly [number, number]): ColorScale {
  const at = (share: number): MarkStyle => ({
    color: `color-mix(in oklab, var(--scale-low), var(--scale-high) ${Math.round(100 * share)}%)`,
    shape: 'circle',
    dash: '',
  });
  return {
    column,
    styleOf: (value) => {
      if (isMissing(value)) return undefined;
      const share = (Number(value) - low) / (high - low || 1);
      return at(Math.min(1, Math.max(0, share)));
    },
    legend: [
      { ...at(0), text: cellText(column, low) },
      { ...at(1), text: cellText(column, high) },
    ],
    isContinuous: true,
    more: 0,
  };
}

function isMissing(value: RunCell | undefined): value is null | undefined {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}

/** Equal for a value of a row and the same value as {@link KeySummary} writes it: Postgres writes 1e-7 as 1e-07. */
function textOf({ type }: TableColumn, value: Exclude<RunCell, null>): string {
  if (typeof value === 'object') return type === 'list' ? value.join(', ') : `[${value.join(', ')}]`;
  return String(numberIn(value) ?? value);
}

function numberIn(value: string | number | boolean): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^[-+\d.]/.test(value) && Number.isFinite(Number(value))
    ? Number(value)
    : undefined;
}
