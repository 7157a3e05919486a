/** A curve of runs as it is sent: columns of numbers, null for what JSON cannot say (NaN and the infinities). */
export interface SentCurve {
  readonly curve: string;
  /** Steps of a bucket. */
  readonly size: number;
  readonly runs: readonly SentRun[];
}

interface SentRun {
  readonly id: number;
  /** The last step of the run that was read. */
  readonly end: number;
  /** Buckets with points, counted from step 0. */
  readonly at: readonly number[];
  readonly last: readonly (number | null)[];
  /** Absent where every bucket has one value. */
  readonly min?: readonly (number | null)[];
  readonly max?: readonly (number | null)[];
}

/** `/api/curves`: curves from their first point on. */
export interface CurvesAnswer {
  /** How often each run was started. Its points may be replaced when this changes. */
  readonly attempts: Readonly<Record<string, number>>;
  readonly curves: readonly SentCurve[];
}

/** `/api/curves/tail`: what follows the points that a reader has. */
export interface TailsAnswer {
  readonly attempts: Readonly<Record<string, number>>;
  readonly tails: readonly SentTail[];
}

export interface SentTail {
  readonly run: number;
  readonly curve: string;
  readonly steps: readonly number[];
  readonly values: readonly (number | null)[];
  /** The last step that is stored; −1 without points. */
  readonly end: number;
}

/** Digits that a chart can show. Histories and tails have the same, so that they join without a step. */
const DIGITS = 6;

/** Undefined becomes null, too. */
export function sent(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : null;
}
