import type { Run } from '@sae-lab/db/reading';

export type TimedRun = Pick<
  Run,
  'variant' | 'hook' | 'width' | 'status' | 'step' | 'totalSteps' | 'seconds' | 'attempt' | 'startedAt'
>;

/**
 * Estimates how long the runs of a sweep will take: the steps that are left, at the pace of the finished runs that are most
 * alike, shared among as many runs as train now.
 *
 * @param now milliseconds since 1970
 * @returns seconds; undefined if nothing trains, or no run has a pace yet
 */
export function secondsLeft(runs: readonly TimedRun[], now: number): number | undefined {
  const training = runs.filter(({ status }) => status === 'running');
  if (training.length === 0) return undefined;
  let total = 0;
  let longest = 0;
  for (const run of runs) {
    if (!['queued', 'running', 'interrupted'].includes(run.status)) continue;
    const pace = paceOf(run, runs, now);
    const steps = run.totalSteps ?? median(alike(run, runs).flatMap(({ totalSteps }) => totalSteps ?? []));
    if (pace === undefined || steps === undefined) return undefined;
    const left = Math.max(0, steps - run.step) * pace;
    total += left;
    longest = Math.max(longest, left);
  }
  return Math.max(longest, total / training.length);
}

/** Seconds for each step of a run. */
function paceOf(run: TimedRun, runs: readonly TimedRun[], now: number): number | undefined {
  const own = currentPace(run, now);
  if (own !== undefined) return own;
  const similar = alike(run, runs);
  const finished = similar.flatMap(({ status, seconds, step }) =>
    status === 'finished' && seconds !== null && step > 0 ? [seconds / step] : [],
  );
  return median(finished) ?? median(similar.flatMap((other) => currentPace(other, now) ?? []));
}

/** The share of a run after which its own pace says more than that of others: the first steps compile and start up. */
const TELLING = 0.05;

/** Of a run that trains. One that was resumed does not say when. */
function currentPace(
  { status, step, totalSteps, attempt, startedAt }: TimedRun,
  now: number,
): number | undefined {
  if (status !== 'running' || attempt !== 1 || startedAt === null || totalSteps === null) return undefined;
  return step < totalSteps * TELLING || step === 0 ? undefined : (now - startedAt.getTime()) / 1000 / step;
}

/** The runs that are most like a run, of which at least one has a pace or a length. */
function alike(run: TimedRun, runs: readonly TimedRun[]): readonly TimedRun[] {
  const known = runs.filter(({ totalSteps }) => totalSteps !== null);
  const sameWidth = known.filter(({ width }) => width === run.width);
  const sameVariant = sameWidth.filter(({ variant, hook }) => variant === run.variant && hook === run.hook);
  const telling = (some: readonly TimedRun[]) => some.some(({ status }) => status === 'finished');
  return [sameVariant, sameWidth].find(telling) ?? known;
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
