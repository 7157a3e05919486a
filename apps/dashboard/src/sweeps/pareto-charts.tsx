'use client';

import { memo, useRef, type ReactNode } from 'react';
import type { MarkShape } from '../charts/mark-path.ts';
import type { MarkStyle } from '../charts/mark-style.ts';
import { EmptyChart } from '../charts/empty-chart.tsx';
import { paddedDomain } from '../charts/scales.ts';
import { ScatterPlot, type ScatterPoint } from '../charts/scatter-plot.tsx';
import { FIGURES, inSentence, leastSpanOf, roundingOf, runLabel, type Measure } from '@sae-lab/measures';
import { ExportFooter } from '../export/export-footer.tsx';
import type { ExportedTable } from '../export/exported-table.ts';
import { groupLegend, type Legend } from '../export/legend.ts';
import { latentsPath } from '../latents/latent-path.ts';
import { emptyText } from './empty-text.ts';
import type { Entry } from './entries.ts';
import { chartColumns, exportedEntries } from './exported-entries.ts';

const [X, Y] = [FIGURES.l0, FIGURES.explained_variance];
const [X_NAME, Y_NAME] = [inSentence(X.label), inSentence(Y.label)];

interface ParetoChartsProps {
  /** The name of the sweep, and what the reader filters by, for captions. */
  readonly sweep: string;
  readonly filters: readonly string[];
  readonly entries: readonly Entry[];
  readonly hooks: readonly string[];
  /** By variant and version. Must be stable between renders. */
  readonly styles: ReadonlyMap<string, MarkStyle>;
}

/** Columns of the table that is exported with a chart. */
const EXPORTED = ['variant', 'coefficient', 'width', 'seed', 'l0', 'explained_variance'];

/**
 * Sparsity against fidelity, one plot per hook, all on the same axes so that hooks can be compared. Memoised: sorting
 * the table must not draw thousands of points again.
 */
export const ParetoCharts = memo(function ParetoCharts({
  sweep,
  filters,
  entries,
  hooks,
  styles,
}: ParetoChartsProps) {
  const points = entries.flatMap((entry) => scatterPoint(entry, styles) ?? []);
  if (points.length === 0) {
    return (
      <div className="mt-4">
        <EmptyChart>{emptyText(entries)}</EmptyChart>
      </div>
    );
  }
  const x = paddedDomain(
    points.flatMap((point) => ends(point.x, point.xSpread, X)),
    'log',
  );
  const y = paddedDomain(
    points.flatMap((point) => ends(point.y, point.ySpread, Y)),
    'linear',
    undefined,
    leastSpanOf(
      Y,
      points.map((point) => point.y),
    ),
  );
  const byHook = Map.groupBy(points, ({ hook }) => hook);
  return (
    <div className={`mt-4 grid grid-cols-1 gap-x-8 gap-y-6 ${columnsFor(hooks.length)}`}>
      {hooks.map((hook) => (
        <ExportedChart
          key={hook}
          tableOf={() => {
            const shown = entries.filter((entry) => entry.hook === hook);
            return exportedEntries(shown, {
              sweep,
              columns: chartColumns(entries, EXPORTED),
              filters: [...new Set([`hook ${hook}`, ...filters])],
              what: `${Y.label} against ${X.label}, with the Pareto front of each variant. `,
            });
          }}
          legend={groupLegend('Variant', stylesOf(byHook.get(hook) ?? []))}
          isEmpty={(byHook.get(hook) ?? []).length === 0}
        >
          <h3 className="mb-1 text-[13px] font-medium break-all text-soft">{hook}</h3>
          {(byHook.get(hook) ?? []).length === 0 ? (
            <EmptyChart>{emptyText(entries.filter((entry) => entry.hook === hook))}</EmptyChart>
          ) : (
            <ScatterPlot
              label={`${X_NAME} and ${Y_NAME} at ${hook}. Use the arrow keys to move between runs.`}
              points={byHook.get(hook) ?? []}
              x={{
                measure: X,
                title: `${X.label} (${X.unit}, log scale)`,
                kind: 'log',
                domain: x,
              }}
              y={{
                measure: Y,
                title: Y.label,
                kind: 'linear',
                domain: y,
              }}
            />
          )}
        </ExportedChart>
      ))}
    </div>
  );
});

interface ExportedChartProps {
  readonly tableOf: () => ExportedTable;
  readonly legend: Legend;
  readonly isEmpty: boolean;
  readonly children: ReactNode;
}

/** A chart with the menu that saves it. */
function ExportedChart({ tableOf, legend, isEmpty, children }: ExportedChartProps) {
  const figure = useRef<HTMLElement>(null);
  return (
    <section ref={figure} className="grid grid-cols-1 content-start gap-2">
      {children}
      {isEmpty ? null : <ExportFooter table={tableOf()} figure={figure} legends={[legend]} />}
    </section>
  );
}

/** The variants of these points in the order of their appearance. */
function stylesOf(points: readonly ScatterPoint[]): { name: string; color: string; shape: MarkShape }[] {
  const styles = new Map(points.map(({ group, style }) => [group, style]));
  return [...styles].map(([name, style]) => ({ name, ...style }));
}

function columnsFor(hooks: number): string {
  if (hooks < 2) return '';
  return hooks === 2 ? 'lg:grid-cols-2' : 'lg:grid-cols-2 min-[125rem]:grid-cols-3';
}

/** The ends of a whisker. The axis must contain both, unless the whisker is rounding and not drawn. */
function ends(value: number, spread: number | null | undefined, measure: Measure): number[] {
  const half = spread ?? 0;
  return half > roundingOf(measure, value) ? [value - half, value + half] : [value];
}

function scatterPoint(
  entry: Entry,
  styles: ParetoChartsProps['styles'],
): (ScatterPoint & { hook: string }) | undefined {
  const { l0: x, explained_variance: y } = entry.figures;
  if (x.mean === null || y.mean === null) return undefined;
  const [first] = entry.runs;
  return {
    key: entry.key,
    hook: entry.hook,
    // Versions of a variant are different variants.
    group: entry.versionedVariant,
    style: styles.get(entry.versionedVariant)!,
    x: x.mean,
    y: y.mean,
    xSpread: x.deviation,
    ySpread: y.deviation,
    title: runLabel({
      variant: entry.versionedVariant,
      coefficient: entry.coefficient,
      width: entry.width,
      ...(entry.runs.length === 1 ? { seed: first!.seed } : { seeds: entry.runs.length }),
    }),
    href: `/runs/${first!.id}`,
    latentsHref: latentsPath({ runId: first!.id }),
  };
}
