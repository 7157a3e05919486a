import type { Axis } from '../brushes/axis.ts';
import type { CompareRow } from '../compare-row.ts';

/** Where the lines of the chart go, in pixels. */
export interface Frame {
  /** Of each axis, rising. */
  readonly xs: readonly number[];
  /** Between neighbouring axes while none is dragged. */
  readonly gap: number;
  /** Of the axes. */
  readonly top: number;
  readonly bottom: number;
  /** Of runs without a value. */
  readonly missing: number;
}

/** The heights of a run's line at each axis, in pixels. */
export function lineOf(row: CompareRow, axes: readonly Axis[], frame: Frame): number[] {
  return axes.map((axis) => {
    const value = axis.valueOf(row);
    const place = value === undefined ? undefined : axis.at(value);
    return place === undefined ? frame.missing : heightAt(place, frame);
  });
}

export function heightAt(place: number, { top, bottom }: Frame): number {
  return bottom - place * (bottom - top);
}

export function placeAt(height: number, { top, bottom }: Frame): number {
  return Math.min(1, Math.max(0, (bottom - height) / (bottom - top)));
}

/** One SVG path for many lines: browsers draw it faster than an element for each. */
export function pathOf(lines: readonly (readonly number[])[], { xs }: Frame): string {
  return lines
    .map((heights) =>
      heights
        .map((y, index) => `${index === 0 ? 'M' : 'L'}${xs[index]!.toFixed(1)},${y.toFixed(1)}`)
        .join(''),
    )
    .join('');
}

/** The line closest to a point, not further than `reach` pixels above or below; undefined if none is. */
export function nearestLine<L extends { readonly line: readonly number[] }>(
  lines: readonly L[],
  point: { readonly x: number; readonly y: number },
  { xs }: Frame,
  reach: number,
): L | undefined {
  const index = Math.max(
    0,
    xs.findLastIndex((x) => x <= point.x),
  );
  const next = Math.min(xs.length - 1, index + 1);
  const length = xs[next]! - xs[index]!;
  const share = length <= 0 ? 0 : Math.min(1, Math.max(0, (point.x - xs[index]!) / length));
  let best: L | undefined;
  let least = reach;
  for (const candidate of lines) {
    const { line } = candidate;
    const [from, to] = [line[index]!, line[next]!];
    const distance = Math.abs(from + share * (to - from) - point.y);
    if (distance > least) continue;
    [best, least] = [candidate, distance];
  }
  return best;
}
