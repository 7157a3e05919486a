'use client';

import { Card } from '@tremor/react';
import { formatOf, headingOf, inSentence, short, type Figure, type Keyed } from '@sae-lab/measures';
import { useMemo } from 'react';
import { Select } from '../../components/select.tsx';
import { captionOf } from '../caption.ts';
import { DataTable } from '../../export/data-table.tsx';
import type { ExportedTable } from '../../export/exported-table.ts';
import { PlotFigure } from '../figure/plot-figure.tsx';
import { intervalText } from '../matched/matched-table.ts';
import { measuresOf } from '../measures-of.ts';
import { Nothing } from '../nothing.tsx';
import type { ViewProps } from '../view-props.ts';
import { Hypervolumes } from './hypervolumes.tsx';
import { Members } from './members.tsx';
import { scatterOptions } from './scatter-plot-options.ts';
import {
  frontsOf,
  scatterEntries,
  type AxisChoice,
  type Front,
  type ScatterEntry,
} from './scatter-points.ts';

const KINDS = [
  ['linear', 'Linear'],
  ['log', 'Log'],
] as const;

/** Any two measures against each other, with the Pareto front of each group. */
export function ScatterView({ rows, by, keys, provenance, state, setState }: ViewProps) {
  const measures = useMemo(() => measuresOf(rows), [rows]);
  const xMeasure = chosen(measures, state.x, 'l0');
  const yMeasure = chosen(measures, state.y, 'explained_variance');
  const fold = state.seeds === 'mean';
  const shape = keys.find(({ key }) => key === state.shape)?.key;
  const [x, y] = useMemo(
    () => [
      xMeasure && { key: xMeasure.key, measure: xMeasure, kind: state.xScale },
      yMeasure && { key: yMeasure.key, measure: yMeasure, kind: state.yScale },
    ],
    [xMeasure, yMeasure, state.xScale, state.yScale],
  );
  const drawn = useMemo(() => {
    if (x === undefined || y === undefined) return undefined;
    const entries = scatterEntries({ rows, by: by.key, shape, x, y, fold });
    return { entries, fronts: frontsOf(entries, x, y) };
  }, [rows, by.key, shape, x, y, fold]);
  const options = useMemo(
    () =>
      scatterOptions({
        entries: drawn?.entries ?? [],
        fronts: drawn?.fronts?.fronts,
        x: x ?? UNKNOWN,
        y: y ?? UNKNOWN,
        open: state.members,
      }),
    [drawn, x, y, state.members],
  );
  if (drawn === undefined || x === undefined || y === undefined || drawn.entries.length === 0) {
    return (
      <Nothing title="No points to draw">
        None of these runs has both figures. Runs get their figures when they finish; runs that failed or
        diverged have none.
      </Nothing>
    );
  }
  const { entries, fronts } = drawn;
  const counted = entries.flatMap(({ members }) => members.map(({ row }) => row));
  const table = tableOf(entries, fronts?.fronts, by.label, x, y, {
    name: `scatter-${x.key}-${y.key}`,
    caption: captionOf(
      `${y.measure.label} against ${inSentence(x.measure.label)} by ${inSentence(by.label)}${fold ? ', means over seeds with 95 % t intervals' : ''}.${fronts ? ' Lines are Pareto fronts.' : ''}`,
      counted,
      provenance,
    ),
  });
  const opened = entries.filter(({ configuration }) => configuration === state.members);
  const open = (configuration: number) =>
    void setState({ members: configuration === state.members ? null : configuration });
  return (
    <Card className="grid grid-cols-1 gap-4 p-4 sm:p-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-3">
        <h2 className="w-full text-base font-semibold sm:mr-auto sm:w-auto">Scatter</h2>
        <MeasureSelect
          label="x"
          measures={measures}
          value={x.key}
          onChange={(key) => void setState({ x: key })}
        />
        <Select
          label="Scale of x"
          value={x.kind}
          options={KINDS}
          onChange={(kind) => void setState({ xScale: kind === 'log' ? 'log' : 'linear' })}
        />
        <MeasureSelect
          label="y"
          measures={measures}
          value={y.key}
          onChange={(key) => void setState({ y: key })}
        />
        <Select
          label="Scale of y"
          value={y.kind}
          options={KINDS}
          onChange={(kind) => void setState({ yScale: kind === 'log' ? 'log' : 'linear' })}
        />
        <Select
          label="Shape"
          value={shape ?? ''}
          options={[['', 'As colour'], ...keys.map(({ key, label }) => [key, label] as const)]}
          onChange={(key) => void setState({ shape: key || null })}
        />
        <Select
          label="Seeds"
          value={state.seeds}
          options={[
            ['mean', 'Mean [95 %]'],
            ['each', 'Each run'],
          ]}
          onChange={(value) => void setState({ seeds: value === 'each' ? 'each' : null, members: null })}
        />
      </div>
      <PlotFigure
        label={`${y.measure.label} against ${x.measure.label}; the table below has the values`}
        options={options}
        table={table}
        onPick={(entry) => open((entry as ScatterEntry).configuration)}
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
      {counted.length < rows.length ? (
        <p className="text-xs text-soft">
          {rows.length - counted.length} of {rows.length} runs are not drawn: they lack a figure, or it has no
          place on a log axis.
        </p>
      ) : null}
      {fronts === undefined ? (
        <p className="text-xs text-soft">
          There is no Pareto front: one of these measures has no better end.
        </p>
      ) : (
        <Hypervolumes {...fronts} x={x} y={y} />
      )}
      <details>
        <summary className="cursor-pointer text-[13px] text-accent">Table of the points</summary>
        <div className="mt-3">
          <DataTable
            table={table}
            label="Points of the scatter"
            renderCell={(row, column, text) =>
              column === 1 && entries[row]!.members.length > 1 ? (
                <button
                  type="button"
                  className="text-accent hover:underline"
                  aria-expanded={entries[row]!.configuration === state.members}
                  onClick={() => open(entries[row]!.configuration)}
                >
                  {text}
                </button>
              ) : undefined
            }
          />
        </div>
      </details>
    </Card>
  );
}

const UNKNOWN: AxisChoice = { key: '', measure: { label: '', meaning: '' }, kind: 'linear' };

function chosen(
  measures: readonly Keyed<Figure>[],
  asked: string | null,
  usual: string,
): Keyed<Figure> | undefined {
  return (
    measures.find(({ key }) => key === asked) ?? measures.find(({ key }) => key === usual) ?? measures[0]
  );
}

interface MeasureSelectProps {
  readonly label: string;
  readonly measures: readonly Keyed<Figure>[];
  readonly value: string;
  readonly onChange: (key: string) => void;
}

function MeasureSelect({ label, measures, value, onChange }: MeasureSelectProps) {
  return (
    <Select
      label={label}
      value={value}
      options={measures.map((measure) => [measure.key, measure.label] as const)}
      onChange={onChange}
    />
  );
}

function tableOf(
  entries: readonly ScatterEntry[],
  fronts: readonly Front[] | undefined,
  groupLabel: string,
  x: AxisChoice,
  y: AxisChoice,
  { name, caption }: Pick<ExportedTable, 'name' | 'caption'>,
): ExportedTable {
  const onFront = fronts && new Set(fronts.flatMap((front) => front.entries));
  const numbers = (axis: AxisChoice, { mean, low, high }: ScatterEntry['x']) => ({
    [axis.key]: mean,
    [`${axis.key}_low`]: low,
    [`${axis.key}_high`]: high,
  });
  return {
    name,
    caption,
    records: entries.map((entry) => ({
      group: entry.group,
      configuration: entry.label,
      n: entry.members.length,
      ...numbers(x, entry.x),
      ...numbers(y, entry.y),
      on_front: onFront === undefined ? null : String(onFront.has(entry)),
      runs: entry.members.map(({ row }) => row.hash).join(' '),
    })),
    headings: [groupLabel, 'Runs', headingOf(x.measure), headingOf(y.measure), 'n', 'On the front'],
    rows: entries.map((entry) => [
      entry.group,
      entry.label,
      intervalText(entry.x, formatOf(x.measure)),
      intervalText(entry.y, formatOf(y.measure)),
      short(4)(entry.members.length),
      onFront === undefined ? '–' : onFront.has(entry) ? 'Yes' : 'No',
    ]),
    numeric: [false, false, true, true, true, false],
  };
}
