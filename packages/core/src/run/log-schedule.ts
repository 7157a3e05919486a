import { isFreeCurve } from '@sae-lab/measures';

/** Minimum number of points of a curve that takes time to measure, if the run has that many steps. */
const MEASURED_POINTS = 500;
/** Maximum number of points of a curve that is free. */
const KEPT_POINTS = 10_000;

export interface LogSchedule {
  /** Whether to measure the costly curves at a step. */
  measures(step: number): boolean;
  /** The values of a step that are logged. */
  logged(step: number, values: Record<string, number>): Record<string, number>;
}

/**
 * Which points of its curves a run logs. Free curves (`isFreeCurve`) have a point for every step, or in a run of more
 * than 10,000 steps for every second, fourth, eighth… step. The others take 10 to 25 % of a small step, so they are
 * measured 500 to 999 times per run. The last step is always logged.
 */
export function logSchedule(totalSteps: number): LogSchedule {
  const measureEvery = Math.max(1, Math.floor(totalSteps / MEASURED_POINTS));
  const keepEvery = 2 ** Math.max(0, Math.ceil(Math.log2(totalSteps / KEPT_POINTS)));
  const isDue = (step: number, every: number): boolean => step % every === 0 || step === totalSteps - 1;
  return {
    measures: (step) => isDue(step, measureEvery),
    logged: (step, values) =>
      isDue(step, keepEvery)
        ? values
        : Object.fromEntries(Object.entries(values).filter(([name]) => !isFreeCurve(name))),
  };
}
