/** When a run had completed its steps. All arrays have the same length; steps do not fall, and an interruption repeats one. */
export interface RunClock {
  readonly steps: readonly number[];
  /** Seconds of training until then, without interruptions. */
  readonly trained: readonly number[];
  /** Seconds since the run first started. */
  readonly wall: readonly number[];
}

interface AttemptClock {
  readonly startedAt: Date;
  readonly steps: readonly number[];
  /** Since the start of the attempt. */
  readonly seconds: readonly number[];
}

/** Times that are left out are this close to those between their neighbours, as a share of the whole time. */
const TOLERANCE = 0.002;

/**
 * The times of all attempts at a run in one. An attempt that resumes replaces what earlier ones did beyond its first step.
 *
 * @param attempts the first one first
 * @returns undefined if no attempt has times
 */
export function clockOf(attempts: readonly AttemptClock[]): RunClock | undefined {
  const [first] = attempts;
  if (first === undefined) return undefined;
  let points: Point[] = [];
  for (const { startedAt, steps, seconds } of attempts) {
    const begin = steps[0] ?? 0;
    points = points.filter(({ step }) => step <= begin);
    const before = begin === 0 ? 0 : (points.at(-1)?.trained ?? 0);
    if (begin === 0) points = [];
    const late = (startedAt.getTime() - first.startedAt.getTime()) / 1000;
    points.push(
      ...steps.map((step, index) => ({
        step,
        trained: before + seconds[index]! - seconds[0]!,
        wall: late + seconds[index]!,
      })),
    );
  }
  const kept = simplified(points);
  return {
    steps: kept.map(({ step }) => step),
    trained: kept.map(({ trained }) => trained),
    wall: kept.map(({ wall }) => wall),
  };
}

interface Point {
  readonly step: number;
  readonly trained: number;
  readonly wall: number;
}

/** A run at a steady pace needs two points. */
function simplified(points: readonly Point[]): Point[] {
  const last = points.at(-1);
  if (last === undefined) return [];
  const tolerance = { trained: TOLERANCE * last.trained, wall: TOLERANCE * last.wall };
  const kept: Point[] = [points[0]!];
  let from = 0;
  for (let to = 2; to < points.length; to++) {
    const [start, end] = [points[from]!, points[to]!];
    const isClose = points.slice(from + 1, to).every((point) => {
      const share =
        end.step === start.step ? Number.NaN : (point.step - start.step) / (end.step - start.step);
      const off = (of: 'trained' | 'wall') => Math.abs(start[of] + share * (end[of] - start[of]) - point[of]);
      return off('trained') <= tolerance.trained && off('wall') <= tolerance.wall;
    });
    if (isClose) continue;
    from = to - 1;
    kept.push(points[from]!);
  }
  return points.length > 1 ? [...kept, last] : kept;
}

/**
 * The time at which a step was completed, between the times that are known.
 *
 * @param pace seconds per step after the last known time
 */
export function secondsAt(clock: RunClock, of: 'trained' | 'wall', step: number, pace: number): number {
  const { steps, [of]: seconds } = clock;
  const index = steps.findLastIndex((known) => known <= step);
  if (index < 0) return 0;
  if (index === steps.length - 1) return seconds[index]! + (step - steps[index]!) * pace;
  const share = (step - steps[index]!) / (steps[index + 1]! - steps[index]!);
  return seconds[index]! + share * (seconds[index + 1]! - seconds[index]!);
}

/** The step that was trained at a time: the inverse of {@link secondsAt}. During an interruption, the step before it. */
export function stepAtSeconds(clock: RunClock, of: 'trained' | 'wall', at: number, pace: number): number {
  const { steps, [of]: seconds } = clock;
  const index = seconds.findLastIndex((known) => known <= at);
  if (index < 0) return steps[0] ?? 0;
  if (index === seconds.length - 1)
    return pace > 0 ? steps[index]! + (at - seconds[index]!) / pace : steps[index]!;
  const share = (at - seconds[index]!) / (seconds[index + 1]! - seconds[index]!);
  return steps[index]! + share * (steps[index + 1]! - steps[index]!);
}
