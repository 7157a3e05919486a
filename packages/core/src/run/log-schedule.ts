import { isKnownAnyway } from '../training/trainer.ts';

/** At least this many points of a curve that costs training time, in a run that has as many steps. */
const MEASURED_POINTS = 500;
/** At most this many points of a curve that costs nothing. */
const KEPT_POINTS = 10_000;

export interface LogSchedule {
  /** Whether to measure everything at a step. */
  measures(step: number): boolean;
  /** What to log of what a step reports. */
  logged(step: number, metrics: Record<string, number>): Record<string, number>;
}

/**
 * Which points of its curves a run logs. What a step knows anyway (`isKnownAnyway`) is logged at every step; in a run
 * of more than 10,000 steps at every second, fourth, eighth… What must be measured costs 10 to 25 % of a small step,
 * so it is measured 500 to 999 times a run. The last step is always logged.
 */
export function logSchedule(totalSteps: number): LogSchedule {
  const measureEvery = Math.max(1, Math.floor(totalSteps / MEASURED_POINTS));
  const keepEvery = 2 ** Math.max(0, Math.ceil(Math.log2(totalSteps / KEPT_POINTS)));
  const isDue = (step: number, every: number): boolean => step % every === 0 || step === totalSteps - 1;
  return {
    measures: (step) => isDue(step, measureEvery),
    logged: (step, metrics) =>
      isDue(step, keepEvery)
        ? metrics
        : Object.fromEntries(Object.entries(metrics).filter(([name]) => !isKnownAnyway(name))),
  };
}
