'use client';

import { useMemo, useState, type PointerEvent } from 'react';
import { useWidth } from '../../charts/use-width.ts';
import { ScrollArea } from '../../components/scroll-area.tsx';
import type { Axis } from '../brushes/axis.ts';
import { isWithin, withBrush, type Brush } from '../brushes/brush.ts';
import type { CompareRow } from '../compare-row.ts';
import type { Group } from '../groups.ts';
import { AxisGrip } from './axis-grip.tsx';
import { placedAxes, withMoved, type MovedAxis } from './axis-order.ts';
import { GroundedText } from './grounded-text.tsx';
import { lineOf, nearestLine, pathOf, type Frame } from './lines.ts';
import { ParallelAxis, TEXT_OFFSET } from './parallel-axis.tsx';

const HEIGHT = 440;
const MARGIN = { left: 98, right: 62, top: 58, bottom: 44 };
/** The least distance of axes that leaves room for their ticks. */
const LEAST_GAP = 110;
/** From the last line of a name to its axis. */
const NAME_OFFSET = 20;
/** How far from a line the pointer finds it. */
const REACH = 10;
/** Lines above this number are thinner. */
const MANY = 100;
/** In which many lines are drawn. */
const ROUNDS = 8;

interface ParallelChartProps {
  readonly label: string;
  readonly axes: readonly Axis[];
  readonly groups: readonly Group[];
  readonly brushes: readonly Brush[];
  /** The run that is drawn in front of all others. */
  readonly active: number | undefined;
  readonly onBrushes: (brushes: Brush[]) => void;
  /** Called with the keys of the axes in their new order. */
  readonly onOrder: (keys: string[]) => void;
  readonly onHover: (row: CompareRow | undefined) => void;
  readonly onPick: (row: CompareRow | undefined) => void;
}

/** A line for each run across all axes. Those outside of a brush are grey. */
export function ParallelChart({
  label,
  axes: given,
  groups,
  brushes,
  active,
  onBrushes,
  onOrder,
  onHover,
  onPick,
}: ParallelChartProps) {
  const [box, available] = useWidth<HTMLDivElement>(960);
  // Only the end of a drag goes to the address, since every other view listens to it.
  const [draft, setDraft] = useState<{ key: string; brush: Brush | undefined }>();
  const [moved, setMoved] = useState<MovedAxis>();
  const present = useMemo(
    () => (draft === undefined ? brushes : withBrush(brushes, draft.key, draft.brush)),
    [brushes, draft],
  );
  const width = Math.max(available, MARGIN.left + MARGIN.right + LEAST_GAP * (given.length - 1));
  const gap = (width - MARGIN.left - MARGIN.right) / Math.max(1, given.length - 1);
  const { axes, xs } = useMemo(
    () => placedAxes(given, { left: MARGIN.left, gap }, moved),
    [given, gap, moved],
  );
  const frame: Frame = useMemo(
    () => ({
      xs,
      gap,
      top: MARGIN.top,
      bottom: HEIGHT - MARGIN.bottom,
      missing: HEIGHT - MARGIN.bottom + 16,
    }),
    [xs, gap],
  );
  const lines = useMemo(
    () =>
      groups.flatMap((group) =>
        group.rows.map((row) => ({
          row,
          group: group.name,
          color: group.color,
          dash: group.dash,
          line: lineOf(row, axes, frame),
        })),
      ),
    [groups, axes, frame],
  );
  const { inside, outside } = useMemo(() => {
    const placed = present.flatMap((brush) => {
      const axis = axes.find(({ key }) => key === brush.key);
      return axis === undefined ? [] : [{ axis, brush }];
    });
    const { inside: within = [], outside: without = [] } = Object.groupBy(lines, ({ row }) =>
      placed.every(({ axis, brush }) => isWithin(axis, brush, row)) ? 'inside' : 'outside',
    );
    return { inside: within, outside: without };
  }, [lines, present, axes]);
  const paths = useMemo(
    () =>
      layersOf(inside).map((own, index) => ({
        key: index,
        color: own[0]!.color,
        dash: own[0]!.dash,
        path: pathOf(
          own.map(({ line }) => line),
          frame,
        ),
      })),
    [inside, frame],
  );
  const faded = useMemo(
    () =>
      pathOf(
        outside.map(({ line }) => line),
        frame,
      ),
    [outside, frame],
  );
  const front = lines.find(({ row }) => row.id === active);
  const found = (event: PointerEvent<SVGSVGElement>) => {
    const frameBox = event.currentTarget.getBoundingClientRect();
    const point = { x: event.clientX - frameBox.left, y: event.clientY - frameBox.top };
    return nearestLine(inside, point, frame, REACH)?.row;
  };
  const isMany = inside.length > MANY;
  return (
    <div ref={box} className="min-w-0">
      <ScrollArea label={`${label}, scrollable`} things="axes" flush>
        {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- the table of the runs does the same for the keyboard */}
        <svg
          width={width}
          height={HEIGHT}
          role="group"
          aria-label={label}
          className="block"
          onPointerMove={(event) => draft === undefined && moved === undefined && onHover(found(event))}
          onPointerLeave={() => onHover(undefined)}
          onClick={(event) => {
            // Axes and handles have their own clicks.
            if (event.target === event.currentTarget)
              onPick(found(event as unknown as PointerEvent<SVGSVGElement>));
          }}
        >
          <path d={faded} fill="none" stroke="var(--line)" pointerEvents="none" />
          {paths.map(({ key, color, dash, path }) => (
            <path
              key={key}
              d={path}
              fill="none"
              stroke={color}
              strokeDasharray={dash}
              strokeWidth={isMany ? 1 : 1.5}
              strokeOpacity={front === undefined ? (isMany ? 0.45 : 0.8) : 0.25}
              pointerEvents="none"
            />
          ))}
          {/* In the given order: an element that moves in the document loses the pointer that drags it. */}
          {given.map((axis) => {
            const index = axes.indexOf(axis);
            return (
              <g key={axis.key}>
                <AxisGrip
                  label={axis.label}
                  x={xs[index]!}
                  y={frame.top - NAME_OFFSET}
                  width={gap - 8}
                  index={index}
                  count={axes.length}
                  isMoving={moved?.key === axis.key}
                  onDrag={(x) => setMoved({ key: axis.key, x })}
                  onDrop={() => {
                    setMoved(undefined);
                    onOrder(axes.map(({ key }) => key));
                  }}
                  onCancel={() => setMoved(undefined)}
                  onMove={(to) => onOrder(withMoved(given, axis.key, to).map(({ key }) => key))}
                />
                <ParallelAxis
                  axis={axis}
                  x={xs[index]!}
                  frame={frame}
                  brush={present.find(({ key }) => key === axis.key)}
                  onDraft={(brush) => setDraft({ key: axis.key, brush })}
                  onBrush={(brush) => {
                    setDraft(undefined);
                    onBrushes(withBrush(brushes, axis.key, brush));
                  }}
                  onCancel={() => setDraft(undefined)}
                />
              </g>
            );
          })}
          {front === undefined ? null : (
            <g pointerEvents="none" aria-hidden="true">
              <path d={pathOf([front.line], frame)} fill="none" stroke="var(--surface)" strokeWidth={6} />
              <path d={pathOf([front.line], frame)} fill="none" stroke={front.color} strokeWidth={3} />
              {axes.map((axis, index) => {
                const value = axis.valueOf(front.row);
                return value === undefined ? null : (
                  <GroundedText
                    key={axis.key}
                    x={xs[index]! + TEXT_OFFSET}
                    y={front.line[index]!}
                    text={axis.textOf(value)}
                    anchor="start"
                    isStrong
                  />
                );
              })}
            </g>
          )}
        </svg>
      </ScrollArea>
    </div>
  );
}

/** Lines of one group in each layer. Groups take turns, so that the last one does not cover all others. */
function layersOf<L extends { readonly group: string }>(lines: readonly L[]): L[][] {
  const groups = [...Map.groupBy(lines, ({ group }) => group).values()];
  const rounds = lines.length > MANY ? ROUNDS : 1;
  return Array.from({ length: rounds }, (_, round) =>
    groups.map((own) => own.filter((_line, index) => index % rounds === round)),
  )
    .flat()
    .filter((layer) => layer.length > 0);
}
