import type { MarkShape } from '../charts/mark-path.ts';

/** What the colours, or the shapes, of a chart stand for. */
export interface Legend {
  readonly label: string;
  readonly items: readonly LegendItem[];
}

interface LegendItem {
  readonly text: string;
  /** As in a style sheet: `var(--accent)`. */
  readonly color: string;
  readonly shape: MarkShape | 'line';
  /** Of a line, as SVG writes it; solid if absent. */
  readonly dash?: string | undefined;
}

/** Items that a legend in an image names. */
const MOST_ITEMS = 48;

/** The legend of groups that a chart draws with their own marks, or all with the same one: lines, bars. */
export function groupLegend(
  label: string,
  groups: readonly {
    readonly name: string;
    readonly color: string;
    readonly shape?: MarkShape;
    readonly dash?: string | undefined;
  }[],
  drawnAs?: LegendItem['shape'],
): Legend {
  return {
    label,
    items: groups.map(({ name, color, shape, dash }) => ({
      text: name,
      color,
      shape: drawnAs ?? shape ?? 'line',
      dash,
    })),
  };
}

/** The items that are named, and how many are not. */
export function namedItems({ items }: Legend): {
  readonly shown: readonly LegendItem[];
  readonly more: number;
} {
  const shown = items.slice(0, MOST_ITEMS);
  return { shown, more: items.length - shown.length };
}
