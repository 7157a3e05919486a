import { TRAINING_TIME, WALL_TIME, type Measure } from '@sae-lab/measures';
import type { XUnit } from './curve-state.ts';
import { secondsAt, stepAtSeconds, type RunClock } from './run-clock.ts';

/** A run as its curves need it. */
export interface CurveRun {
  readonly id: number;
  /** E.g. `topk k=32, seed 0`. */
  readonly label: string;
  /** Null where it is unknown. */
  readonly totalSteps: number | null;
  readonly stepTokens: number | null;
  /** Seconds of training per step. */
  readonly stepSeconds: number | null;
  /** When it completed its steps; absent for runs of older versions, whose time is spread evenly. */
  readonly clock?: RunClock | undefined;
  /** Whether it may get more points. */
  readonly growing: boolean;
}

/** What x shows. */
export const X_MEASURES: Readonly<Record<XUnit, Measure>> = {
  step: { label: 'Step', form: 'count', meaning: 'Steps of training.' },
  tokens: { label: 'Tokens', form: 'count', meaning: 'Tokens that the run has trained on.' },
  time: {
    label: TRAINING_TIME.label,
    unit: 's',
    meaning: 'Seconds of training, without interruptions.',
  },
  wall: { label: WALL_TIME.label, unit: 's', meaning: WALL_TIME.meaning },
};

const CLOCKS = { time: 'trained', wall: 'wall' } as const;

/** What a step is in the unit of x, in the mean over the run; null if that is unknown. */
export function stepIn(unit: XUnit, run: CurveRun): number | null {
  if (unit === 'step') return 1;
  if (unit === 'tokens') return run.stepTokens;
  if (unit === 'time' && run.stepSeconds !== null) return run.stepSeconds;
  const last = run.clock?.steps.at(-1) ?? 0;
  return last > 0 ? run.clock![CLOCKS[unit]].at(-1)! / last : null;
}

/** Where a step is on x. Only for runs that have a `stepIn` the unit. */
export function xOf(unit: XUnit, run: CurveRun, step: number): number {
  const size = stepIn(unit, run)!;
  if (unit === 'step' || unit === 'tokens' || run.clock === undefined) return step * size;
  return secondsAt(run.clock, CLOCKS[unit], step, paceOf(run, size));
}

/** The step at a place of x, possibly between two. */
export function stepAt(unit: XUnit, run: CurveRun, x: number): number {
  const size = stepIn(unit, run)!;
  if (unit === 'step' || unit === 'tokens' || run.clock === undefined) return x / size;
  return stepAtSeconds(run.clock, CLOCKS[unit], x, paceOf(run, size));
}

function paceOf({ stepSeconds }: CurveRun, mean: number): number {
  return stepSeconds ?? mean;
}

/** The units in which at least one of the runs can be drawn. */
export function unitsOf(runs: readonly CurveRun[]): XUnit[] {
  const known: XUnit[] = ['step'];
  if (runs.length > 0 && runs.every(({ stepTokens }) => stepTokens !== null)) known.push('tokens');
  for (const unit of ['time', 'wall'] as const)
    if (runs.some((run) => stepIn(unit, run) !== null)) known.push(unit);
  return known;
}

interface TimedRun {
  readonly status: string;
  readonly attempt: number;
  readonly step: number;
  readonly seconds: number | null;
  readonly startedAt: Date | null;
}

/**
 * Seconds per step: of a finished run as measured, of one that is running its mean so far. Null for a run that was
 * interrupted, since the time of its earlier attempts is not stored.
 */
export function stepSecondsOf(
  { status, attempt, step, seconds, startedAt }: TimedRun,
  now: number,
): number | null {
  if (step <= 0) return null;
  if (seconds !== null) return seconds / step;
  if (status !== 'running' || attempt !== 1 || startedAt === null) return null;
  return (now - startedAt.getTime()) / 1000 / step;
}
