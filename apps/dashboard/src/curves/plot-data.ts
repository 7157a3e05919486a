import { isOnScale, type ScaleKind } from '../charts/scales.ts';
import type { GroupLines, LinePoint } from './group-lines.ts';

type Column = (number | null | undefined)[];

/** A line of a plot, or an edge of a band. */
export interface PlotLine {
  readonly kind: 'raw' | 'run' | 'main' | 'edge';
  readonly group: number;
  /** What the reader sees next to it. */
  readonly label: string;
  readonly color: string;
  /** As SVG writes it; empty for a solid line. */
  readonly dash: string;
  readonly values: Column;
}

export interface PlotData {
  /** Rising. */
  readonly x: readonly number[];
  /** From back to front. The edges of a band follow each other: low, high. */
  readonly lines: readonly PlotLine[];
  /** Values that cannot be drawn on the scale. */
  readonly gaps: number;
}

interface DataOptions {
  readonly xScale: ScaleKind;
  readonly yScale: ScaleKind;
  /** Whether a group shows its runs. */
  readonly showsRuns: (group: string) => boolean;
}

/** Everything that a panel draws, over one list of x. */
export function plotData(
  groups: readonly GroupLines[],
  { xScale, yScale, showsRuns }: DataOptions,
): PlotData {
  const xs = new Set(groups.flatMap(({ members }) => members.flatMap(({ line }) => line.map(({ x }) => x))));
  const x = [...xs].filter((value) => isOnScale(xScale, value)).toSorted((a, b) => a - b);
  const place = new Map(x.map((value, index) => [value, index]));
  let gaps = 0;
  const column = (points: readonly LinePoint[]): Column => {
    // Undefined where a curve has no point: a line continues there. Null is a gap.
    const values = Array.from<number | null | undefined>({ length: x.length });
    for (const point of points) {
      const index = place.get(point.x);
      if (index === undefined) continue;
      values[index] = point.y !== null && isOnScale(yScale, point.y) ? point.y : null;
    }
    return values;
  };
  const back: PlotLine[] = [];
  const middle: PlotLine[] = [];
  const front: PlotLine[] = [];
  groups.forEach(({ name, color, dash = '', members, mean }, group) => {
    const isSingle = members.length === 1;
    for (const { run, raw, line } of members) {
      gaps += line.filter(({ y }) => y === null || !isOnScale(yScale, y)).length;
      if (!isSingle && !showsRuns(name)) continue;
      if (raw.length > 0)
        back.push({ kind: 'raw', group, label: run.label, color, dash, values: column(raw) });
      if (!isSingle) middle.push({ kind: 'run', group, label: run.label, color, dash, values: column(line) });
    }
    if (mean.some(({ low, high }) => low < high)) {
      const edge = (of: 'low' | 'high'): PlotLine => ({
        kind: 'edge',
        group,
        label: name,
        color,
        dash,
        values: column(mean.map((point) => ({ x: point.x, y: clamped(point[of], point.mean, yScale) }))),
      });
      front.push(edge('low'), edge('high'));
    }
    const main = isSingle ? members[0]!.line : mean.map(({ x: at, mean: y }) => ({ x: at, y }));
    front.push({ kind: 'main', group, label: name, color, dash, values: column(main) });
  });
  return { x, lines: [...back, ...middle, ...front], gaps };
}

/** The end of an interval that a log scale cannot show is far below the mean. */
function clamped(value: number, mean: number, kind: ScaleKind): number {
  return isOnScale(kind, value) ? value : mean / 1e6;
}
