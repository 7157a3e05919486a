'use client';

import { Card } from '@tremor/react';
import { inSentence, type Measure } from '@sae-lab/measures';
import { useMemo } from 'react';
import { captionOf } from '../export/caption.ts';
import { Collapsible } from '../components/collapsible.tsx';
import { xRange } from '../curves/axis-range.ts';
import { CurvePanel } from '../curves/curve-panel.tsx';
import { X_MEASURES } from '../curves/curve-run.ts';
import { CurveToolbar } from '../curves/curve-toolbar.tsx';
import { shownRange } from '../curves/curve-view.ts';
import { groupLines } from '../curves/group-lines.ts';
import type { ChartedRun } from './charted-run.ts';
import { LOSS_MEASURE, type RunCurves } from './curves.ts';
import type { RunCurvesInView } from './use-run-curves.ts';

interface RunChartsProps {
  readonly curves: RunCurves;
  readonly run: ChartedRun;
  readonly view: RunCurvesInView;
}

/** The curves of a run, which grow while it trains. */
export function RunCharts({ curves: { loss, others }, run: given, view }: RunChartsProps) {
  const { state, setState, runs, over, zoom, shown, whole, failed } = view;
  const keys = [...loss, ...others].map(({ key }) => key);
  const weight = Math.min(0.99, Math.max(0, state.smooth));
  const drawn = useMemo(() => {
    const tables = keys.flatMap((key) => whole(key) ?? []);
    const linesOf = (key: string, name: string, color: string) => {
      const table = shown(key);
      return table === undefined ? [] : groupLines([{ name, color, runs }], table, { over, weight });
    };
    return {
      isRead: keys.some((key) => whole(key) !== undefined),
      range: shownRange(zoom, xRange(runs, tables, over, state.curveX), state.curveX),
      loss: loss.flatMap(({ key, label, color }) => linesOf(key, label, color)),
      others: new Map(others.map(({ key, color, measure }) => [key, linesOf(key, measure.label, color)])),
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- equal keys and ends are equal
  }, [shown, runs, over, weight, state.curveX, keys.join(), zoom?.join()]);

  const exported = useMemo(() => {
    const of = (key: string, { label }: Measure) => ({
      name: `run-${given.id}-${key.replaceAll('/', '-')}`,
      groupLabel: 'Curve',
      means: false,
      caption: captionOf(
        `${label} over ${inSentence(over === 'step' ? 'Steps' : X_MEASURES[over].label)}${weight > 0 ? `, smoothed with weight ${weight}` : ''}.`,
        [given],
        given.provenance,
      ),
    });
    return new Map([
      ['loss', of('loss', LOSS_MEASURE)],
      ...others.map(({ key, measure }) => [key, of(key, measure)] as const),
    ]);
  }, [given, others, over, weight]);

  const shared = {
    over,
    xRange: drawn.range,
    xScale: state.curveX,
    group: 'run',
    onZoom: (range: readonly [number, number] | undefined) =>
      void setState({ from: range?.[0] ?? null, until: range?.[1] ?? null }),
    all: state.outliers,
    onAll: (all: boolean) => void setState({ outliers: all || null }),
    compact: true,
  };
  const title = LOSS_MEASURE.label;
  return (
    <>
      <Card className="grid grid-cols-1 gap-3 p-4 sm:p-5">
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <h2 className="text-base font-semibold">{title}</h2>
          {failed ? (
            <p role="status" className="text-xs text-soft">
              The curves cannot be read, retrying
            </p>
          ) : null}
          <label className="flex items-center gap-2 text-[13px] text-soft">
            <input
              type="checkbox"
              checked={state.log}
              onChange={(event) => void setState({ log: event.target.checked || null })}
              className="accent-(--accent)"
            />
            Log scale
          </label>
        </div>
        <p className="text-xs text-soft">
          Training minimises the total. Each term is shown without its weight, so the total may rise more than
          its terms.
        </p>
        <CurveToolbar runs={runs} state={state} setState={setState} zoom={zoom} />
        {drawn.isRead ? (
          <CurvePanel
            {...shared}
            title={`${title} over training`}
            lines={drawn.loss}
            measure={LOSS_MEASURE}
            yTitle={state.log ? `${title} (log scale)` : title}
            yScale={state.log ? 'log' : 'linear'}
            height={300}
            exported={exported.get('loss')!}
          />
        ) : (
          <Reading height={300} />
        )}
      </Card>
      {others.length === 0 ? null : (
        <Collapsible title="Other curves">
          <div className="grid grid-cols-1 gap-4 md:grid-cols-2 xl:grid-cols-3 min-[125rem]:grid-cols-4">
            {others.map(({ key, unit, measure }) => (
              <Card key={key} className="min-w-0 p-4 sm:p-5">
                <h3 className="text-[13px] font-medium" title={measure.meaning}>
                  {measure.label}
                </h3>
                <p className="mb-2 min-h-[1lh] text-xs text-soft">{unit}</p>
                {drawn.isRead ? (
                  <CurvePanel
                    {...shared}
                    title={measure.label}
                    lines={drawn.others.get(key) ?? []}
                    measure={measure}
                    yScale="linear"
                    height={190}
                    exported={exported.get(key)!}
                  />
                ) : (
                  <Reading height={190} />
                )}
              </Card>
            ))}
          </div>
        </Collapsible>
      )}
    </>
  );
}

/** Where a chart will be, so that the page does not move when it comes. */
function Reading({ height }: { height: number }) {
  return (
    <p className="text-[13px] text-soft" style={{ minHeight: height }}>
      Reading the curves
    </p>
  );
}
