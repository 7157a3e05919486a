'use client';

import * as Plot from '@observablehq/plot';
import { useEffect, useMemo, useRef, type ReactNode } from 'react';
import { useWidth } from '../../charts/use-width.ts';
import { ExportMenu } from '../../export/export-menu.tsx';
import type { ExportedTable } from '../../export/exported-table.ts';

interface PlotFigureProps {
  /** What screen readers announce. The table below has the values. */
  readonly label: string;
  /** Must be stable between renders of the same chart. */
  readonly options: (width: number) => Plot.PlotOptions;
  readonly table: ExportedTable;
  /** Pixels, for a chart of this width. */
  readonly height?: number | ((width: number) => number);
  /** Called with the datum under the pointer when the reader clicks. */
  readonly onPick?: (datum: unknown) => void;
  readonly children?: ReactNode;
}

/** A chart by Observable Plot that can be saved. */
export function PlotFigure({
  label,
  options,
  table,
  height: given = 420,
  onPick,
  children,
}: PlotFigureProps) {
  const [box, width] = useWidth<HTMLDivElement>(720);
  const height = typeof given === 'number' ? given : given(width);
  const outer = useRef<HTMLElement>(null);
  const picked = useRef(onPick);
  useEffect(() => {
    picked.current = onPick;
  });
  const drawn = useMemo(() => ({ options, width, height }), [options, width, height]);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const plot = plotOf(label, drawn.options(drawn.width), drawn);
    plot.addEventListener('click', () => {
      const datum = (plot as { value?: unknown }).value;
      if (datum !== null && datum !== undefined) picked.current?.(datum);
    });
    element.replaceChildren(plot);
    return () => plot.remove();
  }, [box, label, drawn]);
  return (
    <figure ref={outer} className="grid grid-cols-1 gap-3">
      <div
        ref={box}
        className="overflow-x-clip text-[11px] text-soft"
        style={{ minHeight: height, ['--plot-background' as string]: 'var(--surface)' }}
      />
      {children}
      <div className="flex flex-wrap items-start justify-between gap-3">
        <figcaption className="max-w-3xl text-xs text-soft">{table.caption}</figcaption>
        <ExportMenu table={table} figure={outer} />
      </div>
    </figure>
  );
}

/** The chart without its style element, which the page's content security policy refuses. */
function plotOf(
  label: string,
  options: Plot.PlotOptions,
  { width, height }: { width: number; height: number },
): Element {
  const plot = Plot.plot({ ...options, width, height, ariaLabel: label });
  for (const style of plot.querySelectorAll('style')) style.remove();
  // Marks are named for screen readers, which see one image.
  for (const mark of plot.querySelectorAll('[aria-label]')) mark.removeAttribute('aria-label');
  // The page's font, not the one that the removed style element would have gone with.
  plot.removeAttribute('font-family');
  plot.removeAttribute('font-size');
  plot.setAttribute('role', 'img');
  plot.classList.add('block', 'h-auto', 'max-w-full', '[&_text]:whitespace-pre');
  return plot;
}
