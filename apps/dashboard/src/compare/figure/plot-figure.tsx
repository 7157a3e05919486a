'use client';

import * as Plot from '@observablehq/plot';
import { useEffect, useMemo, useRef, type ReactNode } from 'react';
import { useWidth } from '../../charts/use-width.ts';
import { CompactExport } from '../../export/compact-export.tsx';
import { ExportFooter } from '../../export/export-footer.tsx';
import type { ExportedTable } from '../../export/exported-table.ts';
import type { Legend } from '../../export/legend.ts';

interface PlotFigureProps {
  /** What screen readers announce. The table below has the values. */
  readonly label: string;
  /** Must be stable between renders of the same chart. */
  readonly options: (width: number) => Plot.PlotOptions;
  readonly table: ExportedTable;
  /** Of the image that readers save. */
  readonly legends?: readonly Legend[];
  /** Pixels, for a chart of this width. */
  readonly height?: number | ((width: number) => number);
  /** Called with the datum under the pointer when the reader clicks. */
  readonly onPick?: (datum: unknown) => void;
  /** Puts caption and export behind one click, under this name for screen readers. */
  readonly compact?: string;
  readonly children?: ReactNode;
}

/** A chart by Observable Plot that can be saved. */
export function PlotFigure({
  label,
  options,
  table,
  legends,
  height: given = 420,
  onPick,
  compact,
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
  const exported = { table, figure: outer, ...(legends && { legends }) };
  return (
    <figure ref={outer} className="grid grid-cols-1 gap-3">
      <div
        ref={box}
        className="overflow-x-clip text-[11px] text-soft"
        style={{ minHeight: height, ['--plot-background' as string]: 'var(--surface)' }}
      />
      {children}
      {compact === undefined ? (
        <ExportFooter {...exported} captionAs="figcaption" />
      ) : (
        <CompactExport {...exported} label={compact} />
      )}
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
