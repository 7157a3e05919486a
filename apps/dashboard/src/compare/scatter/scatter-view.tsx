'use client';

import { Card } from '@tremor/react';
import { inSentence, integer } from '@sae-lab/measures';
import { useMemo } from 'react';
import { captionOf } from '../../export/caption.ts';
import { DataTable } from '../../export/data-table.tsx';
import { groupLegend } from '../../export/legend.ts';
import { PlotFigure } from '../figure/plot-figure.tsx';
import { groupsBy, valuesOf } from '../groups.ts';
import { chosenMeasure, measuresOf } from '../measures-of.ts';
import { Nothing } from '../nothing.tsx';
import { TableDetails } from '../../export/table-details.tsx';
import type { ViewProps } from '../view-props.ts';
import type { AxisChoice } from './axis-choice.ts';
import { FarReferences } from './far-references.tsx';
import { frontsOf } from './fronts.ts';
import { Hypervolumes } from './hypervolumes.tsx';
import { Members } from './members.tsx';
import { ScatterControls } from './scatter-controls.tsx';
import { scatterHeight, scatterOptions } from './scatter-plot-options.ts';
import { drawnValues, scatterEntries } from './scatter-points.ts';
import { referenceMarks, splitByRoom } from './scatter-references.ts';
import { scatterTable } from './scatter-table.ts';
import { ShapeLegend, shapeLegend } from './shape-legend.tsx';
import type { ScatterTip } from './scatter-tips.ts';

/** Small multiples that a page shows. */
const MOST_FACETS = 24;

/** Any two measures against each other, with the Pareto front of each group. */
export function ScatterView({ rows, by, keys, references, provenance, state, setState }: ViewProps) {
  const measures = useMemo(() => measuresOf(rows), [rows]);
  const xMeasure = chosenMeasure(measures, state.x, 'l0');
  const yMeasure = chosenMeasure(measures, state.y, 'explained_variance');
  const fold = state.seeds === 'mean';
  const shape = keys.find(({ key }) => key === state.shape);
  const facet = keys.find(({ key }) => key === state.facet);
  const [x, y] = useMemo(
    () => [axisOf(xMeasure, state.xScale), axisOf(yMeasure, state.yScale)],
    [xMeasure, yMeasure, state.xScale, state.yScale],
  );
  const drawn = useMemo(() => {
    if (x === undefined || y === undefined) return undefined;
    const axes = { shape: shape?.key, facet: facet?.key, x, y, fold };
    const all = scatterEntries({ rows, by: by.key, styles: by.styles, ...axes });
    const found = new Set(all.map((entry) => entry.facet));
    const every = facet === undefined ? [] : valuesOf(rows, facet.key).filter((name) => found.has(name));
    const facets = every.slice(0, MOST_FACETS);
    const entries = every.length > MOST_FACETS ? all.filter((entry) => facets.includes(entry.facet)) : all;
    const marks = state.references === 'none' ? [] : referenceMarks(references, entries, x, y);
    const { near, far } =
      state.references === 'all'
        ? { near: marks, far: [] }
        : splitByRoom(
            marks,
            { axis: x, values: drawnValues(entries, 'x', x, null) },
            { axis: y, values: drawnValues(entries, 'y', y, null) },
          );
    const hidden = every.length - facets.length;
    const placed = all.reduce((sum, { members }) => sum + members.length, 0);
    return {
      missing: rows.length - placed,
      entries,
      facets,
      hidden,
      fronts: frontsOf(entries, x, y),
      near,
      far,
    };
  }, [rows, by, shape, facet, x, y, fold, references, state.references]);
  const options = useMemo(
    () =>
      scatterOptions({
        entries: drawn?.entries ?? [],
        fronts: drawn?.fronts?.fronts,
        references: drawn?.near ?? [],
        facets: drawn?.facets ?? [],
        facetLabel: facet?.label ?? '',
        x: x ?? UNKNOWN,
        y: y ?? UNKNOWN,
        open: state.members,
      }),
    [drawn, facet, x, y, state.members],
  );
  if (drawn === undefined || x === undefined || y === undefined || drawn.entries.length === 0) {
    return (
      <Nothing title="No points to draw">
        None of these runs has both figures. Runs get their figures when they finish; runs that failed or
        diverged have none.
      </Nothing>
    );
  }
  const { missing, entries, facets, hidden, fronts, near, far } = drawn;
  const counted = entries.flatMap(({ members }) => members.map(({ row }) => row));
  const table = scatterTable({
    name: `scatter-${x.key}-${y.key}`,
    caption: captionOf(
      [
        `${y.measure.label} against ${inSentence(x.measure.label)} by ${inSentence(by.label)}`,
        facet === undefined ? '' : `, one chart for each value of ${inSentence(facet.label)}`,
        fold ? ', means over seeds with 95 % t intervals' : '',
        fronts ? '. Lines are Pareto fronts' : '',
        near.length > 0 ? '. Crosses and dashed lines are references' : '',
        '.',
      ].join(''),
      counted,
      provenance,
    ),
    entries,
    fronts: fronts?.fronts,
    references: [...near, ...far],
    groupLabel: by.label,
    facetLabel: facet?.label,
    x,
    y,
  });
  const groups = groupsBy(counted, by.key, by.styles);
  const legends =
    shape === undefined
      ? [groupLegend(by.label, groups)]
      : [groupLegend(by.label, groups, 'line'), shapeLegend(rows, shape)];
  const opened = entries.filter(({ configuration }) => configuration === state.members);
  const open = (configuration: number) =>
    void setState({ members: configuration === state.members ? null : configuration });
  return (
    <Card className="grid grid-cols-1 gap-4 p-4 sm:p-5">
      <ScatterControls
        {...{ measures, x, y, shape, facet, keys, state, setState }}
        hasReferences={references.length > 0}
      />
      {shape === undefined ? null : <ShapeLegend rows={rows} by={shape} />}
      <PlotFigure
        label={`${y.measure.label} against ${x.measure.label}; the table below has the values`}
        options={options}
        height={(width) => scatterHeight(facets.length, width)}
        table={table}
        legends={legends}
        onPick={(tip) => {
          const { configuration } = tip as ScatterTip;
          if (configuration !== undefined) open(configuration);
        }}
      >
        {opened.map((entry) => (
          <Members
            key={entry.key}
            entry={entry}
            x={x}
            y={y}
            onClose={() => void setState({ members: null })}
          />
        ))}
      </PlotFigure>
      {hidden > 0 ? (
        <p className="text-xs text-soft">
          The first {MOST_FACETS} of {integer(facets.length + hidden)} charts are shown. Filter the runs to
          see the others.
        </p>
      ) : null}
      {far.length > 0 ? (
        <FarReferences marks={far} x={x} y={y} onShow={() => void setState({ references: 'all' })} />
      ) : null}
      {missing > 0 ? (
        <p className="text-xs text-soft">
          {integer(missing)} of {integer(rows.length)} runs {missing === 1 ? 'is' : 'are'} not drawn: a figure
          is missing, or has no place on a log axis.
        </p>
      ) : null}
      {fronts === undefined ? (
        <p className="text-xs text-soft">
          There is no Pareto front: one of these measures has no better end.
        </p>
      ) : (
        <Hypervolumes {...fronts} x={x} y={y} />
      )}
      <TableDetails summary="Table of the points">
        <DataTable
          table={table}
          label="Points of the scatter"
          renderCell={(row, column, text) => {
            const entry = entries[row];
            if (column !== 1 || entry === undefined || entry.members.length < 2) return undefined;
            return (
              <button
                type="button"
                className="text-accent hover:underline"
                aria-expanded={entry.configuration === state.members}
                onClick={() => open(entry.configuration)}
              >
                {text}
              </button>
            );
          }}
        />
      </TableDetails>
    </Card>
  );
}

const UNKNOWN: AxisChoice = { key: '', measure: { label: '', meaning: '' }, kind: 'linear' };

function axisOf(measure: ReturnType<typeof chosenMeasure>, kind: AxisChoice['kind']): AxisChoice | undefined {
  return measure && { key: measure.key, measure, kind };
}
