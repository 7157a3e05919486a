'use client';

import { memo } from 'react';
import { paddedDomain } from '../charts/scales.ts';
import { ScatterPlot, type ScatterPoint } from '../charts/scatter-plot.tsx';
import { FIGURES, formatOf, inSentence, runLabel, short } from '@sae-lab/measures';
import { variantStyle } from '../variants/variant-style.ts';
import type { Entry } from './entries.ts';

const [X, Y] = [FIGURES.l0, FIGURES.explained_variance];
const [X_NAME, Y_NAME] = [inSentence(X.label), inSentence(Y.label)];

/**
 * Sparsity against fidelity, one plot per hook, all on the same axes so that hooks can be compared. Memoised: sorting
 * the table must not draw thousands of points again.
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
    points.flatMap((point) => ends(point.x, point.xSpread)),
    'log',
  );
  const y = paddedDomain(
    points.flatMap((point) => ends(point.y, point.ySpread)),
    'linear',
  );
  const byHook = Map.groupBy(points, ({ hook }) => hook);
  return (
    <div className={`mt-4 grid grid-cols-1 gap-x-8 gap-y-6 ${columnsFor(hooks.length)}`}>
      {hooks.map((hook) => (
        <section key={hook}>
          <h3 className="mb-1 text-[13px] font-medium break-all text-soft">{hook}</h3>
          <ScatterPlot
            label={`${X_NAME} and ${Y_NAME} at ${hook}. Use the arrow keys to move between runs.`}
            points={byHook.get(hook) ?? []}
            x={{
              name: X.label,
              title: `${X.label} (${X.unit}, log scale)`,
              kind: 'log',
              domain: x,
              format: formatOf(X),
              tickFormat: short(2),
            }}
            y={{
              name: Y.label,
              title: Y.label,
              kind: 'linear',
              domain: y,
              format: formatOf(Y),
              tickFormat: short(3),
            }}
          />
        </section>
      ))}
    </div>
  );
});

function columnsFor(hooks: number): string {
  if (hooks < 2) return '';
  return hooks === 2 ? 'lg:grid-cols-2' : 'lg:grid-cols-2 min-[125rem]:grid-cols-3';
}

/** The ends of a whisker. The axis must contain both. */
function ends(value: number, spread: number | null | undefined): number[] {
  return [value - (spread ?? 0), value + (spread ?? 0)];
}

function scatterPoint(entry: Entry): (ScatterPoint & { hook: string }) | undefined {
  const { l0: x, explained_variance: y } = entry.figures;
  if (x.mean === null || y.mean === null) return undefined;
  const [first] = entry.runs;
  return {
    key: entry.key,
    hook: entry.hook,
    // Versions of a variant are different variants.
    group: JSON.stringify([entry.variant, entry.mathVersion]),
    style: variantStyle(entry.variant),
    x: x.mean,
    y: y.mean,
    xSpread: x.deviation,
    ySpread: y.deviation,
    title: runLabel({
      variant: entry.variant,
      coefficient: entry.coefficient,
      width: entry.width,
      ...(entry.runs.length === 1 ? { seed: first!.seed } : { seeds: entry.runs.length }),
    }),
    href: `/runs/${first!.id}`,
  };
}
