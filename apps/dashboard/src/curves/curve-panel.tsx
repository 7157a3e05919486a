'use client';

import { formatOf, short, type Measure } from '@sae-lab/measures';
import { useMemo, useRef, useState } from 'react';
import { OutsideCaption } from '../charts/outside-caption.tsx';
import type { ScaleKind } from '../charts/scales.ts';
import { Tooltip } from '../charts/tooltip.tsx';
import { DataTable } from '../export/data-table.tsx';
import { ExportFooter } from '../export/export-footer.tsx';
import { groupLegend } from '../export/legend.ts';
import { TableDetails } from '../export/table-details.tsx';
import { steadyRange, type Range } from './axis-range.ts';
import { CurveCanvas } from './curve-canvas.tsx';
import { curveFigure } from './curve-figure.ts';
import { CurveLegend } from './curve-legend.tsx';
import type { CurveCursor } from './curve-plot.ts';
import { X_MEASURES } from './curve-run.ts';
import type { XUnit } from './curve-state.ts';
import { exportedCurves, lastValues } from './exported-curves.ts';
import type { GroupLines } from './group-lines.ts';
import { plotData } from './plot-data.ts';
import { yAxis } from './y-axis.ts';

interface CurvePanelProps {
  /** What the curves show, for screen readers and as the start of the caption. */
  readonly title: string;
  readonly lines: readonly GroupLines[];
  readonly measure: Measure;
  /** Absent where a heading says what is shown. */
  readonly yTitle?: string;
  readonly over: XUnit;
  readonly xRange: Range;
  readonly xScale: ScaleKind;
  readonly yScale: ScaleKind;
  readonly height: number;
  /** Panels of one page share their cursor. */
  readonly group: string;
  readonly showsRuns?: (group: string) => boolean;
  readonly onToggle?: (group: string) => void;
  readonly onZoom: (range: Range | undefined) => void;
  /** Whether the axis shows extreme points, too. */
  readonly all: boolean;
  readonly onAll: (all: boolean) => void;
  /** Of the file, what the groups are, and the rest of the caption. */
  readonly exported: {
    readonly name: string;
    readonly groupLabel: string;
    readonly caption: string;
    /** Whether groups have several runs. */
    readonly means: boolean;
  };
  /** Whether table and export are behind one click. */
  readonly compact?: boolean;
}

const ALWAYS = (): boolean => true;

/** Curves with their legend, their table and their export. */
export function CurvePanel({
  title,
  lines,
  measure,
  yTitle,
  over,
  xRange,
  xScale,
  yScale,
  height,
  group,
  showsRuns = ALWAYS,
  onToggle,
  onZoom,
  all,
  onAll,
  exported,
  compact = false,
}: CurvePanelProps) {
  const [cursor, setCursor] = useState<CurveCursor>();
  const data = useMemo(
    () => plotData(lines, { xScale, yScale, showsRuns }),
    [lines, xScale, yScale, showsRuns],
  );
  const wanted = useMemo(
    () => yAxis(data, { measure, within: xRange, scale: yScale, all }),
    [data, measure, xRange, yScale, all],
  );
  const range = useSteady(wanted.range, yScale, [title, yScale, over, all, ...xRange, data.lines.length]);
  const isEmpty = data.lines.every(({ values }) => values.every((value) => typeof value !== 'number'));
  const x = X_MEASURES[over];
  const at = cursor === undefined ? data.x.at(-1) : data.x[cursor.index];
  const show = (measure.form ?? 'significant') === 'significant' ? short(4) : formatOf(measure);
  const table = useMemo(() => exportedCurves(lines, { ...exported, over }), [lines, exported, over]);
  const host = useRef<HTMLDivElement>(null);
  const axes = {
    x: { measure: x, range: xRange, scale: xScale },
    y: { measure, range, scale: yScale },
  };
  // Drawn when it is saved.
  const figure = {
    get current() {
      host.current?.replaceChildren(curveFigure({ data, ...axes }));
      return host.current;
    },
  };
  const near = cursor?.near;
  const details = (
    <DataTable table={lastValues(lines, { ...exported, over })} label={`Last values of ${title}`} />
  );
  const footer = (
    <ExportFooter
      table={table}
      figure={figure}
      legends={[groupLegend(exported.groupLabel, lines, 'line')]}
      captionAs="figcaption"
      label={compact ? `Export ${title}` : 'Export'}
    />
  );
  return (
    <figure className="grid grid-cols-1 gap-2">
      {isEmpty ? <p className="text-[13px] text-soft">{emptyText(data.gaps, yScale)}</p> : null}
      <div className={isEmpty ? 'hidden' : 'relative'}>
        <CurveCanvas
          label={`${title}: ${lines.map(({ name, mean }) => `${name} ends at ${show(mean.at(-1)?.mean)}`).join(', ')}`}
          data={data}
          x={axes.x}
          y={{ ...axes.y, title: yTitle, clipped: wanted.outside > 0 && !all }}
          height={height}
          group={group}
          onCursor={setCursor}
          onZoom={onZoom}
        />
        {near === undefined ? null : (
          <Tooltip x={near.left} y={near.top} width={near.width}>
            <span className="font-medium">{near.line.label}</span>
            <span className="ml-2 tabular-nums">{show(near.line.values[cursor!.index] ?? undefined)}</span>
          </Tooltip>
        )}
        <div ref={host} aria-hidden="true" className="absolute size-0 overflow-hidden text-[11px]" />
      </div>
      <CurveLegend
        groups={lines}
        measure={measure}
        x={{ label: x.label, text: at === undefined ? '–' : `${xText(at)}${x.unit ? ` ${x.unit}` : ''}` }}
        at={cursor === undefined ? undefined : at}
        showsRuns={showsRuns}
        {...(onToggle && { onToggle })}
      />
      {wanted.outside > 0 ? <OutsideCaption count={wanted.outside} all={all} onAll={onAll} /> : null}
      {data.gaps > 0 && !isEmpty ? (
        <p className="text-xs text-soft">
          {data.gaps === 1 ? '1 value is' : `${data.gaps} values are`} not drawn: NaN
          {yScale === 'log' ? ', infinite or not positive' : ' or infinite'}.
        </p>
      ) : null}
      {compact ? (
        <TableDetails summary="Values and export" compact>
          {details}
          {footer}
        </TableDetails>
      ) : (
        <>
          {footer}
          <TableDetails summary="Table of the last values">{details}</TableDetails>
        </>
      )}
    </figure>
  );
}

/** A range that moves only when the values leave it, or when something else is shown. */
function useSteady(wanted: Range, scale: ScaleKind, shown: readonly unknown[]): Range {
  const key = shown.join();
  const [kept, setKept] = useState({ key, range: wanted });
  const before = kept.key === key ? kept.range : undefined;
  const range = steadyRange(before, wanted, scale);
  if (before?.[0] === range[0] && before[1] === range[1]) return before;
  setKept({ key, range });
  return range;
}

function emptyText(gaps: number, scale: ScaleKind): string {
  if (gaps === 0) return 'No value yet.';
  return scale === 'log'
    ? 'No value can be drawn on a log scale.'
    : 'No value can be drawn: all are NaN or infinite.';
}

function xText(x: number): string {
  return Number.isInteger(x) ? String(x) : short(4)(x);
}
