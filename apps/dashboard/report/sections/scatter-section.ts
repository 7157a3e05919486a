import * as Plot from '@observablehq/plot';
import { inSentence } from '@sae-lab/measures';
import { groupingBy, groupsBy, valuesOf } from '../../src/compare/groups.ts';
import { chosenMeasure, measuresOf } from '../../src/compare/measures-of.ts';
import type { AxisChoice } from '../../src/compare/scatter/axis-choice.ts';
import { frontsOf } from '../../src/compare/scatter/fronts.ts';
import { scatterHeight, scatterOptions } from '../../src/compare/scatter/scatter-plot-options.ts';
import { drawnValues, scatterEntries } from '../../src/compare/scatter/scatter-points.ts';
import { referenceMarks, splitByRoom } from '../../src/compare/scatter/scatter-references.ts';
import { scatterTable } from '../../src/compare/scatter/scatter-table.ts';
import { tipsOf } from '../../src/compare/scatter/scatter-tips.ts';
import { captionOf } from '../../src/export/caption.ts';
import { groupLegend } from '../../src/export/legend.ts';
import { figureOf } from '../figure.ts';
import { html } from '../html.ts';
import type { Report } from '../load-report.ts';
import type { Section } from '../section.ts';
import { shownFigure } from '../shown-figure.ts';
import { dataFiles } from '../table.ts';

const WIDTH = 1200;
const MOST_FACETS = 24;
/** What the pointer may miss a point by, in pixels. */
const REACH = 9;

/** L0 against explained variance, with the Pareto front of each variant. Several hooks have a chart each. */
export function scatterSection({ rows, variants, references, sweep }: Report): Section {
  const by = groupingBy(rows, { key: 'variant', label: 'Variant' }, variants);
  const measures = measuresOf(rows);
  const [x, y] = [axisOf(measures, 'l0', 'log'), axisOf(measures, 'explained_variance', 'linear')];
  const facet = valuesOf(rows, 'hook').length > 1 ? 'hook' : undefined;
  const axes = x && y && { shape: undefined, facet, x, y, fold: true };
  const all = axes === undefined ? [] : scatterEntries({ rows, by: by.key, styles: by.styles, ...axes });
  if (x === undefined || y === undefined || x.key === y.key || all.length === 0) {
    return {
      id: 'scatter',
      title: 'Sparsity against fidelity',
      body: html`<p>No run has the figures to draw. Runs get them when they finish.</p>`,
      files: [],
    };
  }
  const facets = facet === undefined ? [] : valuesOf(rows, facet).slice(0, MOST_FACETS);
  const entries = facet === undefined ? all : all.filter((entry) => facets.includes(entry.facet));
  const fronts = frontsOf(entries, x, y)?.fronts;
  const { near, far } = splitByRoom(
    referenceMarks(references, entries, x, y),
    { axis: x, values: drawnValues(entries, 'x', x, null) },
    { axis: y, values: drawnValues(entries, 'y', y, null) },
  );
  const counted = entries.flatMap(({ members }) => members.map(({ row }) => row));
  const caption = captionOf(
    `${y.measure.label} against ${inSentence(x.measure.label)}${facet === undefined ? '' : ', one chart for each hook'}, means over seeds with 95 % t intervals. Lines are Pareto fronts${near.length > 0 ? ', crosses and dashed lines are references' : ''}.`,
    counted,
    [`Sweep “${sweep.name}”`],
  );
  const table = scatterTable({
    name: 'scatter',
    caption,
    entries,
    fronts,
    references: [...near, ...far],
    groupLabel: by.label,
    facetLabel: facet === undefined ? undefined : 'Hook',
    x,
    y,
  });
  const legends = [groupLegend(by.label, groupsBy(counted, by.key, by.styles))];
  const draw = scatterOptions({
    entries,
    fronts,
    references: near,
    facets,
    facetLabel: 'Hook',
    x,
    y,
    open: null,
  });
  const tips = tipsOf(entries, near, x, y).map((tip) => ({
    ...tip,
    text: tip.text.replace(', click to see each', ''),
  }));
  const figure = figureOf({
    label: `${y.measure.label} against ${x.measure.label}`,
    width: WIDTH,
    height: (width) => scatterHeight(facets.length, width),
    caption,
    legends,
    options: (width) => {
      const options = draw(width);
      const columns = options.fx?.domain === undefined ? 1 : [...options.fx.domain].length;
      const placeOf = ({ facet: name }: { facet: string }) => facets.indexOf(name);
      return {
        ...options,
        marks: [
          ...(options.marks ?? []),
          // Browsers show the title of an element under the pointer.
          Plot.dot(tips, {
            x: 'x',
            y: 'y',
            r: REACH,
            fill: 'var(--surface)',
            fillOpacity: 0,
            title: 'text',
            ...(facet !== undefined && {
              fx: (tip: { facet: string }) => placeOf(tip) % columns,
              fy: (tip: { facet: string }) => Math.floor(placeOf(tip) / columns),
            }),
          }),
        ],
      };
    },
  });
  return {
    id: 'scatter',
    title: `${y.measure.label} against ${inSentence(x.measure.label)}`,
    ...shownFigure('scatter', figure, { legends, caption, data: dataFiles(table) }),
  };
}

function axisOf(
  measures: ReturnType<typeof measuresOf>,
  key: string,
  kind: AxisChoice['kind'],
): AxisChoice | undefined {
  const measure = chosenMeasure(measures, null, key);
  return measure && { key: measure.key, measure, kind };
}
