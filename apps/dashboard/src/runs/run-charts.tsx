'use client';

import { Card } from '@tremor/react';
import { parseAsBoolean, useQueryStates } from 'nuqs';
import { LineChart } from '../charts/line-chart.tsx';
import { Collapsible } from '../components/collapsible.tsx';
import { LOSS_MEASURE, type RunCurves } from './curves.ts';

/** The curves of a run. The loss can be shown on a log scale. */
export function RunCharts({ curves: { loss, others } }: { curves: RunCurves }) {
  const [{ log, outliers }, setState] = useQueryStates({
    log: parseAsBoolean.withDefault(false),
    outliers: parseAsBoolean.withDefault(false),
  });
  const shared = {
    xTitle: 'Step',
    all: outliers,
    onAll: (all: boolean) => void setState({ outliers: all || null }),
    group: 'run',
  };
  const title = LOSS_MEASURE.label;
  return (
    <>
      <Card className="p-4 sm:p-5">
        <div className="mb-3 flex items-center justify-between gap-4">
          <h2 className="text-base font-semibold">{title}</h2>
          <label className="flex items-center gap-2 text-[13px] text-soft">
            <input
              type="checkbox"
              checked={log}
              onChange={(event) => void setState({ log: event.target.checked || null })}
              className="accent-(--accent)"
            />
            Log scale
          </label>
        </div>
        <p className="mb-2 text-xs text-soft">
          Training minimises the total. Each term is shown without its weight, so the total may rise more than
          its terms.
        </p>
        <LineChart
          {...shared}
          label={`${title} over training`}
          lines={loss}
          measure={LOSS_MEASURE}
          yTitle={log ? `${title} (log scale)` : title}
          log={log}
          height={300}
        />
      </Card>
      {others.length === 0 ? null : (
        <Collapsible title="Other curves">
          <div className="grid grid-cols-1 gap-4 md:grid-cols-2 xl:grid-cols-3 min-[125rem]:grid-cols-4">
            {others.map(({ line, unit, measure }) => (
              <Card key={line.label} className="min-w-0 p-4 sm:p-5">
                <h3 className="text-[13px] font-medium" title={measure.meaning}>
                  {line.label}
                </h3>
                <p className="mb-2 min-h-[1lh] text-xs text-soft">{unit}</p>
                <LineChart {...shared} label={line.label} lines={[line]} measure={measure} height={190} />
              </Card>
            ))}
          </div>
        </Collapsible>
      )}
    </>
  );
}
