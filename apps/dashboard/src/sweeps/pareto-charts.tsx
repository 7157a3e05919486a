'use client';

import { memo } from 'react';
import { paddedDomain } from '../charts/scales.ts';
import { ScatterPlot, type ScatterPoint } from '../charts/scatter-plot.tsx';
import { fixed, short } from '@sae-lab/measures';
import { variantStyle } from '../variants/variant-style.ts';
import type { Entry } from './entries.ts';

/**
 * L0 against explained variance, a plot per hook, all on the same axes: hooks are there to be compared. Memoised:
 * sorting the table must not draw thousands of points again.
 */
export const ParetoCharts = memo(function ParetoCharts({
  entries,
  hooks,
}: {
  entries: readonly Entry[];
  hooks: readonly string[];
}) {
  const points = entries.flatMap((entry) => scatterPoint(entry) ?? []);
  const x = paddedDomain(
    points.flatMap(({ x, xSpread }) => ends(x, xSpread)),
    'log',
  );
  const y = paddedDomain(
    points.flatMap(({ y, ySpread }) => ends(y, ySpread)),
    'linear',
  );
  const byHook = Map.groupBy(points, ({ hook }) => hook);
  return (
    <div className={`mt-4 grid grid-cols-1 gap-x-8 gap-y-6 ${hooks.length > 1 ? 'lg:grid-cols-2' : ''}`}>
      {hooks.map((hook) => (
        <section key={hook}>
          <h3 className="mb-1 text-[13px] font-medium break-all text-soft">{hook}</h3>
          <ScatterPlot
            label={`L0 against explained variance at ${hook}; arrow keys go from run to run`}
            points={byHook.get(hook) ?? []}
            x={{
              name: 'L0',
              title: 'L0 (latents on per token, log)',
              kind: 'log',
              domain: x,
              format: fixed(1),
              tickFormat: short(2),
            }}
            y={{
              name: 'explained variance',
              title: 'explained variance',
              kind: 'linear',
              domain: y,
              format: fixed(4),
              tickFormat: short(3),
            }}
          />
        </section>
      ))}
    </div>
  );
});

/** Of a whisker: both have to be on the axis. */
function ends(value: number, spread: number | null | undefined): number[] {
  return [value - (spread ?? 0), value + (spread ?? 0)];
}

function scatterPoint(entry: Entry): (ScatterPoint & { hook: string }) | undefined {
  const { l0, explained_variance: explained } = entry.metrics;
  if (l0.mean === null || explained.mean === null) return undefined;
  const [first] = entry.runs;
  const which = entry.runs.length === 1 ? `seed ${first!.seed}` : `${entry.runs.length} seeds`;
  return {
    key: entry.key,
    hook: entry.hook,
    // Another version of a variant is another variant.
    group: JSON.stringify([entry.variant, entry.mathVersion]),
    style: variantStyle(entry.variant),
    x: l0.mean,
    y: explained.mean,
    xSpread: l0.deviation,
    ySpread: explained.deviation,
    title: `${entry.variant} ${entry.coefficient}, width ${entry.width}, ${which}`,
    href: `/runs/${first!.id}`,
  };
}
