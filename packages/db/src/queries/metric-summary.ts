import type { metricSummaries } from '../schema/index.ts';

export type MetricSummary = Omit<typeof metricSummaries.$inferSelect, 'runId' | 'metric'>;

/** Points of a metric; `steps` strictly rise. */
export interface Series {
  steps: number[];
  values: number[];
}

/** The summary of `before` with the points of a (non-empty) series after it. */
export function extendSummary(before: MetricSummary | undefined, { steps, values }: Series): MetricSummary {
  let { min, max, bestStep } = before ?? { min: null, max: null, bestStep: null };
  for (const [i, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    if (min === null || value < min) {
      min = value;
      bestStep = steps[i]!;
    }
    if (max === null || value > max) max = value;
  }
  return {
    last: values.at(-1)!,
    lastStep: steps.at(-1)!,
    min,
    max,
    bestStep,
    count: (before?.count ?? 0) + values.length,
  };
}
