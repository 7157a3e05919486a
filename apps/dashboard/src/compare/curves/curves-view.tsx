'use client';

import { Card } from '@tremor/react';
import { inSentence, short } from '@sae-lab/measures';
import { useMemo } from 'react';
import { Select } from '../../components/select.tsx';
import { captionOf } from '../caption.ts';
import { DataTable } from '../../export/data-table.tsx';
import type { ExportedTable } from '../../export/exported-table.ts';
import { PlotFigure } from '../figure/plot-figure.tsx';
import { groupsBy } from '../groups.ts';
import type { CurveData } from '../load-compare.ts';
import { Nothing } from '../nothing.tsx';
import type { ViewProps } from '../view-props.ts';
import { groupLines, knowsTokens, type GroupLines } from './curve-lines.ts';
import { curveOptions } from './curve-plot-options.ts';

const SCALES = [
  ['linear', 'Linear'],
  ['log', 'Log'],
] as const;
const SMOOTHING = [
  ['0', 'None'],
  ['0.6', '0.6'],
  ['0.9', '0.9'],
  ['0.97', '0.97'],
] as const;
const show = short(4);

/** One curve of all runs, with the mean and band of each group. */
export function CurvesView({
  rows,
  by,
  provenance,
  state,
  setState,
  data,
}: ViewProps & { data: CurveData | undefined }) {
  const over = state.over === 'tokens' && knowsTokens(rows) ? 'tokens' : 'step';
  const weight = Math.min(0.99, Math.max(0, state.smooth));
  const curve = data?.available.find(({ key }) => key === data.shown);
  const lines = useMemo(
    () => (data === undefined ? [] : groupLines(groupsBy(rows, by.key, by.styles), data, over, weight)),
    [data, rows, by, over, weight],
  );
  const options = useMemo(
    () =>
      curveOptions({
        lines,
        curve: curve ?? { key: '', label: '', unit: '' },
        over,
        xScale: state.curveX,
        yScale: state.curveY,
        members: state.runLines,
      }),
    [lines, curve, over, state.curveX, state.curveY, state.runLines],
  );
  if (data === undefined) return <p className="text-soft">Loading the curves</p>;
  if (curve === undefined || lines.length === 0) {
    return (
      <Nothing title="No curves to draw">
        None of these runs has logged a point. They appear once training starts.
      </Nothing>
    );
  }
  const counted = lines.flatMap(({ members }) => members.map(({ row }) => row));
  const table = tableOf(lines, by.label, over, {
    name: `curves-${curve.key.replaceAll('/', '-')}`,
    caption: captionOf(
      `${curve.label} over ${over === 'step' ? 'steps' : 'tokens'} by ${inSentence(by.label)}: means with 95 % t intervals${weight > 0 ? `, smoothed with weight ${weight}` : ''}.`,
      counted,
      provenance,
    ),
  });
  return (
    <Card className="grid grid-cols-1 gap-4 p-4 sm:p-5">
      <div className="flex flex-wrap items-center gap-3">
        <h2 className="w-full text-base font-semibold sm:mr-auto sm:w-auto">{curve.label}</h2>
        <Select
          label="Curve"
          value={curve.key}
          options={data.available.map(({ key, label }) => [key, label] as const)}
          onChange={(key) => void setState({ curve: key })}
        />
        {knowsTokens(rows) ? (
          <Select
            label="Over"
            value={over}
            options={[
              ['step', 'Steps'],
              ['tokens', 'Tokens'],
            ]}
            onChange={(value) => void setState({ over: value === 'tokens' ? 'tokens' : 'step' })}
          />
        ) : null}
        <Select
          label="Scale of x"
          value={state.curveX}
          options={SCALES}
          onChange={(value) => void setState({ curveX: value === 'log' ? 'log' : 'linear' })}
        />
        <Select
          label="Scale of y"
          value={state.curveY}
          options={SCALES}
          onChange={(value) => void setState({ curveY: value === 'log' ? 'log' : 'linear' })}
        />
        <Select
          label="Smoothing"
          value={String(weight)}
          options={SMOOTHING}
          onChange={(value) => void setState({ smooth: Number(value) })}
        />
        <label className="flex items-center gap-2 text-[13px] text-soft">
          <input
            type="checkbox"
            checked={state.runLines}
            onChange={(event) => void setState({ runLines: event.target.checked })}
            className="accent-(--accent)"
          />
          Each run
        </label>
      </div>
      <PlotFigure
        label={`${curve.label} over ${over === 'step' ? 'steps' : 'tokens'}; the table below has the ends of the curves`}
        options={options}
        table={table}
      />
      <details>
        <summary className="cursor-pointer text-[13px] text-accent">Table of the last values</summary>
        <div className="mt-3">
          <DataTable
            table={{
              headings: [by.label, 'Runs', over === 'step' ? 'Step' : 'Tokens', 'Mean', '95 % interval'],
              rows: lines.map(({ name, members, mean }) => {
                const last = mean.at(-1);
                return [
                  name,
                  String(members.length),
                  show(last?.x),
                  show(last?.mean),
                  last === undefined || last.n < 2 ? '–' : `${show(last.low)} to ${show(last.high)}`,
                ];
              }),
              numeric: [false, true, true, true, true],
            }}
            label="Last values of the curves"
          />
        </div>
      </details>
    </Card>
  );
}

/** The means of every bucket: what the chart draws. */
function tableOf(
  lines: readonly GroupLines[],
  groupLabel: string,
  over: string,
  { name, caption }: Pick<ExportedTable, 'name' | 'caption'>,
): ExportedTable {
  const points = lines.flatMap(({ name: group, mean }) => mean.map((point) => ({ group, ...point })));
  return {
    name,
    caption,
    records: points.map(({ group, x, n, mean, low, high }) => ({
      group,
      [over]: x,
      n,
      mean,
      low: n > 1 ? low : null,
      high: n > 1 ? high : null,
    })),
    headings: [groupLabel, over === 'step' ? 'Step' : 'Tokens', 'n', 'Mean', 'Low', 'High'],
    rows: points.map(({ group, x, n, mean, low, high }) => [
      group,
      show(x),
      String(n),
      show(mean),
      n > 1 ? show(low) : '–',
      n > 1 ? show(high) : '–',
    ]),
    numeric: [false, true, true, true, true, true],
  };
}
