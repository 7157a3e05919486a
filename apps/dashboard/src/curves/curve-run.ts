import { TRAINING_TIME, type Measure } from '@sae-lab/measures';
import type { XUnit } from './curve-state.ts';

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
    meaning: 'Seconds of training, spread evenly over the steps of the run.',
  },
};

/** What a step is in the unit of x; null if that is unknown. */
export function stepIn(unit: XUnit, run: CurveRun): number | null {
  if (unit === 'step') return 1;
  return unit === 'tokens' ? run.stepTokens : run.stepSeconds;
}

/** The units in which at least one of the runs can be drawn. */
export function unitsOf(runs: readonly CurveRun[]): XUnit[] {
  const known: XUnit[] = ['step'];
  if (runs.length > 0 && runs.every(({ stepTokens }) => stepTokens !== null)) known.push('tokens');
  if (runs.some(({ stepSeconds }) => stepSeconds !== null)) known.push('time');
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
