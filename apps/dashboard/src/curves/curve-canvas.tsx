'use client';

import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
// oxlint-disable-next-line import/no-unassigned-import -- must come before uPlot
import '../charts/valid-language.ts';
import uPlot from 'uplot';
import { useAppliedTheme } from '../charts/use-applied-theme.ts';
import { useWidth } from '../charts/use-width.ts';
import { alignedOf, isSingle, plotOptions, type CurveCanvasProps } from './curve-plot.ts';

/** CSS pixels. */
const INITIAL_WIDTH = 520;

/** Lines on a canvas. It outlives changes of its points: only other lines, axes or colours rebuild it. */
export function CurveCanvas(props: CurveCanvasProps) {
  const { label, data, x, y, height, group } = props;
  const [box, width] = useWidth<HTMLDivElement>(INITIAL_WIDTH);
  const theme = useAppliedTheme();
  const plot = useRef<uPlot>(undefined);
  const current = useRef(props);
  // Before the effects below, which read it.
  useEffect(() => {
    current.current = props;
  });
  const shape = JSON.stringify([
    data.lines.map(({ kind, color, dash, values }) => [kind, color, dash, isSingle(values)]),
    x.measure.label,
    x.scale,
    y.measure,
    y.title,
    y.scale,
  ]);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const created = new uPlot(
      // A hidden element has no width yet.
      plotOptions(element, element.clientWidth || INITIAL_WIDTH, current),
      alignedOf(current.current.data),
      element,
    );
    plot.current = created;
    return () => {
      plot.current = undefined;
      created.destroy();
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- what a new plot must be built for
  }, [box, theme, height, group, shape]);

  useEffect(() => plot.current?.setSize({ width, height }), [width, height]);
  useEffect(() => {
    plot.current?.setData(alignedOf(data));
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- setting data also asks for the ranges
  }, [data, x.range, y.range, y.clipped]);

  return (
    <div ref={box} role="img" aria-label={label} className="overflow-x-clip" style={{ minHeight: height }} />
  );
}
