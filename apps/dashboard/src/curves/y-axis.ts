import type { Measure } from '@sae-lab/measures';
import { linearRange } from '../charts/line-axes.ts';
import { paddedDomain, type ScaleKind } from '../charts/scales.ts';
import { typicalRange } from '../charts/typical-range.ts';
import type { Range } from './axis-range.ts';
import type { PlotData } from './plot-data.ts';

export interface YAxis {
  readonly range: Range;
  /** Points outside of the range in which curves spend their time. */
  readonly outside: number;
}

/**
 * The range of the values between two ends of x. A few extreme points, such as those of the first steps, do not decide it
 * unless the reader wants them.
 */
export function yAxis(
  { x, lines }: PlotData,
  { measure, within, scale, all }: { measure: Measure; within: Range; scale: ScaleKind; all: boolean },
): YAxis {
  const inside = x.map((at) => at >= within[0] && at <= within[1]);
  // Bands are left out: of two seeds, an interval is many times as long as their difference.
  const drawn = lines
    .filter(({ kind }) => kind !== 'edge')
    .map(({ values }) =>
      values.filter((value, index): value is number => typeof value === 'number' && inside[index]!),
    );
  const values = drawn.flat();
  if (values.length === 0) return { range: scale === 'log' ? [1, 10] : [0, 1], outside: 0 };
  if (scale === 'log') return { range: paddedDomain(values, 'log'), outside: 0 };
  const typical = measure.form === 'count' ? undefined : typicalRange(drawn);
  const outside =
    typical === undefined ? 0 : values.filter((value) => value < typical[0] || value > typical[1]).length;
  const [low, high] = typical !== undefined && !all ? typical : extent(values);
  return { range: linearRange(measure, low, high) as Range, outside };
}

function extent(values: readonly number[]): Range {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
