import * as Plot from '@observablehq/plot';
import { inSentence, type Keyed } from '@sae-lab/measures';
import { measureAxis } from '../../src/compare/figure/measure-axis.ts';
import { groupingBy, groupsBy, valuesOf } from '../../src/compare/groups.ts';
import { X_MEASURES } from '../../src/curves/curve-run.ts';
import { exportedCurves } from '../../src/curves/exported-curves.ts';
import { groupLines, type GroupLines } from '../../src/curves/group-lines.ts';
import { captionOf } from '../../src/export/caption.ts';
import { groupLegend } from '../../src/export/legend.ts';
import { figureOf } from '../figure.ts';
import { html } from '../html.ts';
import type { Report } from '../load-report.ts';
import type { ReportCurve } from '../load-report-curves.ts';
import type { Section } from '../section.ts';
import { shownFigure } from '../shown-figure.ts';
import { dataFiles } from '../table.ts';

const [WIDTH, HEIGHT] = [600, 300];
const MARGINS = { marginLeft: 68, marginRight: 14, marginTop: 12, marginBottom: 46 };
const MOST_LINES = 8;
/** From this ratio of the largest value to the smallest on, the axis is logarithmic. */
const WIDE = 20;

/** Curves of the training: means with their intervals. */
export function curveSection(report: Report): Section | undefined {
  const figures = report.curves.flatMap((curve) => curveFigure(report, curve) ?? []);
  if (figures.length === 0) return undefined;
  return {
    id: 'curves',
    title: 'Curves',
    files: figures.flatMap(({ files }) => files),
    body: html`<div class="grid">${figures.map(({ body }) => body)}</div>`,
  };
}

function curveFigure({ rows, variants, sweep }: Report, { measure, table, runs }: ReportCurve) {
  const by = groupingBy(rows, groupedBy(rows), variants);
  const byId = new Map(runs.map((run) => [run.id, run]));
  const groups = groupsBy(rows, by.key, by.styles).map(({ name, color, dash, rows: members }) => ({
    name,
    color,
    dash,
    runs: members.map(({ id }) => byId.get(id)!),
  }));
  const lines = groupLines(groups, table, { over: 'step', weight: 0 });
  if (lines.length === 0) return undefined;
  const drawn = rows.filter(({ id }) => (table.runs.get(id)?.buckets.length ?? 0) > 0);
  const name = `curve-${measure.key.replaceAll(/[^\w.-]+/g, '-')}`;
  const caption = captionOf(
    `${measure.label} over steps by ${inSentence(by.label)}: means with 95 % t intervals.`,
    drawn,
    [`Sweep “${sweep.name}”`],
  );
  const legends = [groupLegend(by.label, lines, 'line')];
  const figure = figureOf({
    label: `${measure.label} over steps`,
    width: WIDTH,
    height: () => HEIGHT,
    options: (width) => curveOptions(lines, measure, width),
    caption,
    legends,
  });
  const exported = exportedCurves(lines, { name, caption, groupLabel: by.label, over: 'step', means: true });
  const drawnFigure = shownFigure(name, figure, { legends, caption, data: dataFiles(exported) });
  return {
    ...drawnFigure,
    body: html`<div>
      <h3>${measure.label}${measure.unit === undefined ? '' : `, ${measure.unit}`}</h3>
      ${drawnFigure.body}
    </div>`,
  };
}

/** Few configurations are told apart; of many, the variants. */
function groupedBy(rows: Report['rows']): { key: string; label: string } {
  return valuesOf(rows, 'configuration').length <= MOST_LINES
    ? { key: 'configuration', label: 'Configuration' }
    : { key: 'variant', label: 'Variant' };
}

function curveOptions(lines: readonly GroupLines[], measure: Keyed, width: number): Plot.PlotOptions {
  const points = lines.flatMap(({ name, color, mean }) =>
    mean.filter((point) => Number.isFinite(point.mean)).map((point) => ({ ...point, name, color })),
  );
  const means = points.map(({ mean }) => mean);
  const kind = Math.min(...means) > 0 && Math.max(...means) > WIDE * Math.min(...means) ? 'log' : 'linear';
  const x = measureAxis(
    'x',
    X_MEASURES.step,
    'linear',
    points.map((point) => point.x),
    width - MARGINS.marginLeft - MARGINS.marginRight,
    0,
  );
  // The heading has the unit, for which a small axis has no room.
  const { unit: _, ...plain } = measure;
  const y = measureAxis('y', plain, kind, means, HEIGHT - MARGINS.marginTop - MARGINS.marginBottom);
  const [low, high] = y.domain;
  const within = (value: number): number => Math.min(high, Math.max(low, value));
  return {
    ...MARGINS,
    x: x.scale,
    y: y.scale,
    color: { type: 'identity' },
    marks: [
      ...y.marks,
      ...x.marks,
      Plot.areaY(points, {
        x: 'x',
        y1: (point: { low: number }) => within(point.low),
        y2: (point: { high: number }) => within(point.high),
        z: 'name',
        fill: 'color',
        fillOpacity: 0.15,
      }),
      ...lines.map(({ name, color, dash }) =>
        Plot.line(
          points.filter((point) => point.name === name),
          { x: 'x', y: 'mean', stroke: color, strokeWidth: 1.6, ...(dash && { strokeDasharray: dash }) },
        ),
      ),
    ],
  };
}
