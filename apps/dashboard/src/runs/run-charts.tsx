'use client';

import { Card } from '@tremor/react';
import { parseAsBoolean, useQueryState } from 'nuqs';
import { LineChart } from '../charts/line-chart.tsx';
import type { RunCurves } from './curves.ts';

/** The curves of a run, on a linear or logarithmic scale. */
export function RunCharts({ curves: { loss, others } }: { curves: RunCurves }) {
  const [log, setLog] = useQueryState('log', parseAsBoolean.withDefault(false));
  return (
    <>
      <Card className="p-4 sm:p-5">
        <div className="mb-3 flex items-center justify-between gap-4">
          <h2 className="text-base font-semibold">Loss</h2>
          <label className="flex items-center gap-2 text-[13px] text-soft">
            <input
              type="checkbox"
              checked={log}
              onChange={(event) => void setLog(event.target.checked || null)}
              className="accent-(--accent)"
            />
            log scale
          </label>
        </div>
        <LineChart
          label="Loss over training"
          lines={loss}
          xTitle="step"
          yTitle={log ? 'loss (log)' : 'loss'}
          log={log}
          height={300}
          group="run"
        />
        <p className="mt-2 text-xs text-soft">
          The total is what is trained on; its terms are shown without their weights.
        </p>
      </Card>
      <div className="grid grid-cols-1 gap-4 md:grid-cols-2 xl:grid-cols-3">
        {others.map(({ unit, line }) => (
          <Card key={line.label} className="min-w-0 p-4 sm:p-5">
            <h3 className="mb-2 text-[13px] font-medium">{line.label}</h3>
            <LineChart
              label={line.label}
              lines={[line]}
              xTitle="step"
              yTitle={unit}
              height={190}
              group="run"
            />
          </Card>
        ))}
      </div>
    </>
  );
}
