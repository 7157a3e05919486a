'use client';

import { Card } from '@tremor/react';
import { parseAsBoolean, useQueryState } from 'nuqs';
import { LineChart } from '../charts/line-chart.tsx';
import { LOSS_TITLE, type RunCurves } from './curves.ts';

/** The curves of a run. The loss can be shown on a log scale. */
export function RunCharts({ curves: { loss, others } }: { curves: RunCurves }) {
  const [log, setLog] = useQueryState('log', parseAsBoolean.withDefault(false));
  return (
    <>
      <Card className="p-4 sm:p-5">
        <div className="mb-3 flex items-center justify-between gap-4">
          <h2 className="text-base font-semibold">{LOSS_TITLE}</h2>
          <label className="flex items-center gap-2 text-[13px] text-soft">
            <input
              type="checkbox"
              checked={log}
              onChange={(event) => void setLog(event.target.checked || null)}
              className="accent-(--accent)"
            />
            Log scale
          </label>
        </div>
        <LineChart
          label={`${LOSS_TITLE} over training`}
          lines={loss}
          xTitle="Step"
          yTitle={log ? `${LOSS_TITLE} (log scale)` : LOSS_TITLE}
          log={log}
          height={300}
          group="run"
        />
        <p className="mt-2 text-xs text-soft">
          Training minimises the total. Its terms are shown without their weights.
        </p>
      </Card>
      <div className="grid grid-cols-1 gap-4 md:grid-cols-2 xl:grid-cols-3">
        {others.map(({ line, unit, meaning }) => (
          <Card key={line.label} className="min-w-0 p-4 sm:p-5">
            <h3 className="text-[13px] font-medium" title={meaning}>
              {line.label}
            </h3>
            <p className="mb-2 min-h-[1lh] text-xs text-soft">{unit}</p>
            <LineChart label={line.label} lines={[line]} xTitle="Step" height={190} group="run" />
          </Card>
        ))}
      </div>
    </>
  );
}
