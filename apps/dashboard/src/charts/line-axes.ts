import type uPlot from 'uplot';
import { leastSpanOf, type Measure } from '@sae-lab/measures';
import { paddedDomain } from './scales.ts';

/** 1, 2, 5, 10, … */
export const WHOLE_STEPS = Array.from({ length: 10 }, (_, power) =>
  [1, 2, 5].map((step) => step * 10 ** power),
).flat();

/** The range of a linear axis that shows values from `low` to `high`. */
export function linearRange(measure: Measure, low: number | null, high: number | null): uPlot.Range.MinMax {
  if (low === null || high === null) return [0, 1];
  const least = leastSpanOf(measure, [low, high]);
  const [from, to] = paddedDomain([low, high], 'linear', 0.06, least);
  // The axis of a non-negative quantity does not extend below 0.
  return low >= 0 && from < 0 ? [0, Math.max(to, least)] : [from, to];
}

/** CSS pixels. */
const MARK = 4;

/** Marks the places where curves leave a clipped axis: a triangle at its edge, in the colour of the curve. */
export function markOutside(plot: uPlot): void {
  const { ctx, data, series } = plot;
  const { min, max } = plot.scales['y']!;
  if (min === undefined || max === undefined || min === null || max === null) return;
  const { left, top, height } = plot.bbox;
  const size = MARK * devicePixelRatio;
  ctx.save();
  for (let line = 1; line < data.length; line++) {
    const stroke = series[line]!.stroke;
    ctx.fillStyle = (typeof stroke === 'function' ? stroke(plot, line) : stroke) as string;
    // One triangle for all points that it would cover.
    const taken = new Set<string>();
    data[line]!.forEach((value, index) => {
      if (value === null || value === undefined || (value >= min && value <= max)) return;
      const isAbove = value > max;
      const x = plot.valToPos(data[0][index]!, 'x', true);
      const place = `${isAbove} ${Math.floor((x - left) / (2 * size))}`;
      if (taken.has(place)) return;
      taken.add(place);
      const [base, tip] = isAbove ? [top + 1.5 * size, top] : [top + height - 1.5 * size, top + height];
      ctx.beginPath();
      ctx.moveTo(x - size, base);
      ctx.lineTo(x + size, base);
      ctx.lineTo(x, tip);
      ctx.fill();
    });
  }
  ctx.restore();
}
