import * as Plot from '@observablehq/plot';
import type { Measure } from '@sae-lab/measures';
import { makeScale, type ScaleKind } from '../charts/scales.ts';
import { axisMarks } from '../compare/figure/measure-axis.ts';
import type { Range } from './axis-range.ts';
import type { PlotData, PlotLine } from './plot-data.ts';

interface FigureAxis {
  readonly measure: Measure;
  readonly range: Range;
  readonly scale: ScaleKind;
}

interface FigureOptions {
  readonly data: PlotData;
  readonly x: FigureAxis;
  readonly y: FigureAxis;
}

const [WIDTH, HEIGHT] = [960, 480];
const MARGIN = { left: 64, right: 20, top: 16, bottom: 48 };
const OPACITY = { raw: 0.25, run: 0.5, main: 1, edge: 0 };

/** The drawing of a panel as an image that can be saved: a canvas has no lines to take along. */
export function curveFigure({ data, x, y }: FigureOptions): SVGSVGElement {
  const points = ({ values }: PlotLine) =>
    data.x.flatMap((at, index) => (values[index] === undefined ? [] : [{ at, value: values[index] }]));
  const bands = data.lines.flatMap((line, index) => {
    const next = data.lines[index + 1];
    return line.kind === 'edge' && next?.kind === 'edge' ? [[line, next] as const] : [];
  });
  const plot = Plot.plot({
    width: WIDTH,
    height: HEIGHT,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    x: { type: x.scale, domain: [...x.range] },
    y: { type: y.scale, domain: [...y.range] },
    color: { type: 'identity' },
    marks: [
      ...axisMarks('y', y.measure, y.scale, ticksOf(y, HEIGHT - MARGIN.top - MARGIN.bottom, 40)),
      ...axisMarks('x', x.measure, x.scale, ticksOf(x, WIDTH - MARGIN.left - MARGIN.right, 64)),
      Plot.frame({ anchor: 'bottom', stroke: 'var(--line-strong)' }),
      ...bands.map(([low, high]) =>
        Plot.areaY(
          data.x.map((at, index) => ({ at, low: low.values[index], high: high.values[index] })),
          { x: 'at', y1: 'low', y2: 'high', fill: low.color, fillOpacity: 0.16, clip: true },
        ),
      ),
      ...data.lines
        .filter(({ kind }) => kind !== 'edge')
        .map((line) =>
          Plot.line(points(line), {
            x: 'at',
            y: 'value',
            stroke: line.color,
            strokeWidth: line.kind === 'main' ? 2 : 1,
            strokeOpacity: OPACITY[line.kind],
            strokeDasharray: line.dash,
            strokeLinejoin: 'round',
            fill: 'none',
            clip: true,
          }),
        ),
    ],
  }) as SVGSVGElement;
  // The page's content security policy refuses style elements.
  for (const style of plot.querySelectorAll('style')) style.remove();
  return plot;
}

function ticksOf({ range, scale }: FigureAxis, length: number, spacing: number): readonly number[] {
  return makeScale({ kind: scale, domain: range, range: [0, length], spacing }).ticks;
}
