'use client';

import { Button, Card } from '@tremor/react';
import { axisFormatOf, FIGURES, histogramOf, inSentence, integer, NOTHING } from '@sae-lab/measures';
import { useMemo, useRef, useState } from 'react';
import { Select } from '../../components/select.tsx';
import { captionOf } from '../../export/caption.ts';
import type { CompareRow } from '../compare-row.ts';
import { DataTable } from '../../export/data-table.tsx';
import { TableDetails } from '../../export/table-details.tsx';
import { ExportFooter } from '../../export/export-footer.tsx';
import { groupLegend } from '../../export/legend.ts';
import { groupsBy } from '../groups.ts';
import type { HistogramData } from '../load-compare.ts';
import { Nothing } from '../nothing.tsx';
import { rowLabel } from '../row-label.ts';
import { shownIn } from '../shown-in.ts';
import type { ViewProps } from '../view-props.ts';
import { barsOf, frameOf } from './bars.ts';
import { HistogramGrid } from './histogram-grid.tsx';

/** Charts that a page shows at first. */
const AT_ONCE = 24;
/** Leaves dead latents out. */
const DENSITY = 'log10_density';

/** One histogram of every run, as small charts on shared axes. */
export function HistogramsView({
  rows,
  by,
  provenance,
  setState,
  data,
}: ViewProps & { data: HistogramData | undefined }) {
  const [limit, setLimit] = useState(AT_ONCE);
  const figure = useRef<HTMLElement>(null);
  const charts = useMemo(() => {
    const found = new Map(data?.runs.map((run) => [run.id, run]));
    return groupsBy(rows, by.key, by.styles).flatMap(({ color, rows: members }) =>
      members.flatMap((row) => {
        const histogram = found.get(row.id);
        if (histogram === undefined) return [];
        return [{ row, color, bars: barsOf(histogram, data?.shown === DENSITY ? deadOf(row) : 0) }];
      }),
    );
  }, [rows, by, data]);
  if (data === undefined) return <p className="text-soft">Loading the histograms</p>;
  if (data.shown === undefined || charts.length === 0) {
    return (
      <Nothing title="No histograms to draw">
        Runs get their histograms when they finish. Runs that failed or diverged have none.
      </Nothing>
    );
  }
  const shown = shownIn(rows);
  const labelOf = (row: CompareRow) => rowLabel(row, shown);
  const measure = histogramOf(data.shown);
  const frame = frameOf(charts.map(({ bars }) => bars));
  const unit = measure.unit ?? 'values';
  const tick = axisFormatOf(measure);
  const bins = charts.flatMap(({ row, bars }) => [
    ...(bars.dead > 0 ? [{ row, from: null, to: null, count: bars.dead, share: bars.deadShare }] : []),
    ...bars.bins.map((bin) => ({ row, ...bin })),
  ]);
  const legends = [
    groupLegend(
      by.label,
      groupsBy(
        charts.slice(0, limit).map(({ row }) => row),
        by.key,
        by.styles,
      ),
      'square',
    ),
  ];
  const table = {
    name: `histograms-${measure.key}`,
    caption: captionOf(
      `${measure.label} of each run, ordered by ${inSentence(by.label)}.${charts.length > limit ? ` The first ${limit} are drawn.` : ''}`,
      charts.map(({ row }) => row),
      provenance,
    ),
    records: bins.map(({ row, from, to, count, share }) => ({
      run: row.hash,
      label: labelOf(row),
      from,
      to,
      count,
      share,
    })),
    headings: ['Run', 'From', 'To', capitalised(unit), 'Share'],
    rows: bins.map(({ row, from, to, count, share }) => [
      labelOf(row),
      from === null ? 'dead' : tick(from),
      to === null ? '' : tick(to),
      integer(count),
      `${(share * 100).toFixed(1)} %`,
    ]),
    numeric: [false, true, true, true, true],
  };
  return (
    <Card className="grid grid-cols-1 gap-4 p-4 sm:p-5">
      <div className="flex flex-wrap items-center gap-3">
        <div className="mr-auto">
          <h2 className="text-base font-semibold">{measure.label}</h2>
          <p className="text-xs text-soft">{measure.meaning}</p>
        </div>
        <Select
          label="Histogram"
          value={data.shown}
          options={data.available.map(({ key, label }) => [key, label] as const)}
          onChange={(key) => void setState({ histogram: key })}
        />
      </div>
      <figure ref={figure}>
        <HistogramGrid
          label={`${measure.label} of each run; the table below has the values`}
          charts={charts.slice(0, limit).map(({ row, color, bars }) => ({
            id: row.id,
            title: labelOf(row),
            color,
            bars,
          }))}
          frame={frame}
          unit={unit}
          tick={tick}
        />
      </figure>
      {charts.length > limit ? (
        <Button variant="light" onClick={() => setLimit(charts.length)}>
          Show {integer(charts.length - limit)} more
        </Button>
      ) : null}
      <TableDetails summary="Table of the histograms">
        <DataTable
          table={{
            headings: ['Run', capitalised(unit), FIGURES.dead_fraction.short, 'Fullest bin', 'Its share'],
            rows: charts.map(({ row, bars }) => {
              const fullest = bars.bins.toSorted((a, b) => b.count - a.count)[0];
              return [
                labelOf(row),
                integer(bars.total),
                integer(bars.dead),
                fullest === undefined ? NOTHING : `${tick(fullest.from)} to ${tick(fullest.to)}`,
                fullest === undefined ? NOTHING : `${(fullest.share * 100).toFixed(1)} %`,
              ];
            }),
            numeric: [false, true, true, true, true],
          }}
          label="Histograms in numbers"
        />
      </TableDetails>
      <ExportFooter table={table} figure={figure} legends={legends}>
        {table.caption} All charts share their axes: x is the {measure.axis}, y the share of {unit}.
        {frame.hasDead ? ' The grey bar on the left has the latents that never fired.' : ''}
      </ExportFooter>
    </Card>
  );
}

function deadOf({ figures, width }: CompareRow): number {
  return Math.round((figures['dead_fraction'] ?? 0) * width);
}

function capitalised(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}
