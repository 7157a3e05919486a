'use client';

import { Card } from '@tremor/react';
import { inSentence, integer, NOTHING } from '@sae-lab/measures';
import Link from 'next/link';
import { useMemo, useRef, useState } from 'react';
import type { Axis } from '../brushes/axis.ts';
import { axisOf } from '../brushes/brushed-rows.ts';
import { captionOf } from '../../export/caption.ts';
import type { CompareRow } from '../compare-row.ts';
import { DataTable } from '../../export/data-table.tsx';
import { ExportFooter } from '../../export/export-footer.tsx';
import type { ExportedTable } from '../../export/exported-table.ts';
import { groupLegend } from '../../export/legend.ts';
import { groupsBy } from '../groups.ts';
import { measuresOf } from '../measures-of.ts';
import { rowLabel } from '../row-label.ts';
import { shownIn } from '../shown-in.ts';
import { TableDetails } from '../../export/table-details.tsx';
import type { ViewProps } from '../view-props.ts';
import { AxisPicker } from './axis-picker.tsx';
import { defaultAxes } from './default-axes.ts';
import { ParallelChart } from './parallel-chart.tsx';

/** Rows of the table on the page. Exports have all of them. */
const MOST_ROWS = 100;

/** Every run as a line across its settings and figures. Brushes on the axes narrow the selection of the whole page. */
export function ParallelView({
  rows,
  filtered,
  by,
  keys,
  provenance,
  state,
  setState,
}: ViewProps & { readonly filtered: readonly CompareRow[] }) {
  const figure = useRef<HTMLElement>(null);
  const [hovered, setHovered] = useState<number>();
  const measures = useMemo(() => measuresOf(filtered), [filtered]);
  const available = useMemo(
    () => [...keys, ...measures.filter(({ key }) => !keys.some((one) => one.key === key))],
    [keys, measures],
  );
  const shown = useMemo(
    () =>
      [...new Set(state.axes ?? defaultAxes(filtered, keys, measures))].filter((key) =>
        available.some((one) => one.key === key),
      ),
    [state.axes, filtered, keys, measures, available],
  );
  const axes = useMemo(
    () => shown.flatMap((key) => axisOf(filtered, keys, key) ?? []),
    [shown, filtered, keys],
  );
  const groups = useMemo(() => groupsBy(filtered, by.key, by.styles), [filtered, by]);
  const places = shownIn(filtered);
  const active = filtered.find(({ id }) => id === (hovered ?? state.run));
  const picker = (
    <AxisPicker available={available} shown={shown} onChange={(chosen) => void setState({ axes: chosen })} />
  );
  if (axes.length < 2) {
    return (
      <Card className="grid grid-cols-1 gap-4 p-4 sm:p-5">
        <h2 className="text-base font-semibold">Two axes are needed</h2>
        <p className="text-soft">
          A line needs two axes. Choose settings or figures below. Runs get their figures when they finish.
        </p>
        {picker}
      </Card>
    );
  }
  const table = tableOf(rows, axes, (row) => rowLabel(row, places), {
    name: 'parallel-coordinates',
    caption: captionOf(
      `Settings and figures of each run, coloured by ${inSentence(by.label)}.`,
      rows,
      provenance,
    ),
  });
  return (
    <Card className="grid grid-cols-1 gap-4 p-4 sm:p-5">
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h2 className="text-base font-semibold">Parallel coordinates</h2>
        <p className="text-[13px] text-soft">
          Drag along an axis, or move its handles with the arrow keys, to keep the runs in between. All views
          show these runs. Drag the name of an axis, or press the arrow keys on it, to move the axis.
        </p>
      </div>
      <figure ref={figure} className="grid grid-cols-1 gap-3">
        <ParallelChart
          label={`Parallel coordinates of ${integer(filtered.length)} runs; the table below has the values`}
          axes={axes}
          groups={groups}
          brushes={state.brush}
          active={active?.id}
          onBrushes={(brush) => void setState({ brush })}
          onOrder={(order) => void setState({ axes: order })}
          onHover={(row) => setHovered(row?.id)}
          onPick={(row) => void setState({ run: row?.id ?? null })}
        />
        <p className="min-h-5 text-[13px]" aria-live="polite">
          {active === undefined ? (
            <span className="text-soft">
              {integer(rows.length)} of {integer(filtered.length)} runs are in all brushes. Point at a line to
              name its run, click to keep it.
            </span>
          ) : (
            <>
              <Link href={`/runs/${active.id}`} prefetch={false} className="text-accent underline">
                {rowLabel(active, places)}
              </Link>{' '}
              <span className="text-soft">{active.hash}</span>
            </>
          )}
        </p>
        <ExportFooter
          table={table}
          figure={figure}
          legends={[groupLegend(by.label, groups, 'line')]}
          captionAs="figcaption"
        />
      </figure>
      {picker}
      <TableDetails summary="Table of the runs">
        <DataTable
          table={{ ...table, rows: table.rows.slice(0, MOST_ROWS) }}
          label="Runs in all brushes"
          renderCell={(row, column, text) =>
            column === 0 ? (
              <Link href={`/runs/${rows[row]!.id}`} prefetch={false} className="text-accent hover:underline">
                {text}
              </Link>
            ) : undefined
          }
        />
        {rows.length > MOST_ROWS ? (
          <p className="mt-2 text-xs text-soft">
            The first {MOST_ROWS} of {integer(rows.length)} runs. Exports have all of them.
          </p>
        ) : null}
      </TableDetails>
    </Card>
  );
}

function tableOf(
  rows: readonly CompareRow[],
  axes: readonly Axis[],
  labelOf: (row: CompareRow) => string,
  { name, caption }: Pick<ExportedTable, 'name' | 'caption'>,
): ExportedTable {
  return {
    name,
    caption,
    records: rows.map((row) => ({
      run: row.hash,
      label: labelOf(row),
      ...Object.fromEntries(axes.map((axis) => [axis.key, axis.valueOf(row) ?? null])),
    })),
    headings: ['Run', ...axes.map(({ label }) => label)],
    rows: rows.map((row) => [
      labelOf(row),
      ...axes.map((axis) => {
        const value = axis.valueOf(row);
        return value === undefined ? NOTHING : axis.textOf(value);
      }),
    ]),
    numeric: [false, ...axes.map(({ isNumeric }) => isNumeric)],
  };
}
