import { dirname, join } from 'node:path';
import type { SaePlace, SweepCounts } from './events.ts';

/** Runs that are not over. */
export interface RunsLeft {
  /** The sweep did not get to them. */
  readonly queued?: number;
  /** Workers train them, or will. Only of a sweep that was watched. */
  readonly running?: number;
  readonly waiting?: number;
}

/**
 * How the runs of a sweep ended, where their SAEs are, and how to continue a sweep that was stopped.
 *
 * @param saes the SAEs of all finished runs, now and earlier; null where the files are missing
 */
export function summary(
  { skipped, ...counts }: SweepCounts,
  saes: readonly (SaePlace | null)[],
  { queued = 0, running = 0, waiting = 0 }: RunsLeft = {},
): string {
  const left = queued + running + waiting;
  const tally = Object.entries({ ...counts, running, waiting, queued, 'finished earlier': skipped })
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');
  const nothingToDo =
    left + Object.values(counts).reduce((sum, count) => sum + count, 0) === 0 ? 'Nothing to do: ' : '';
  return [
    [`${nothingToDo}${tally || 'no runs'}.`, ...places(saes)].join(' '),
    ...(counts.interrupted + queued > 0 ? ['Run the same command again to continue.'] : []),
    ...(running + waiting > 0 ? ['Workers train the others. Run the same command again to watch.'] : []),
    ...(counts.cancelled > 0
      ? ['Cancelled runs are left alone. Retry them in the dashboard, or with --only-failed.']
      : []),
  ].join('\n');
}

function places(saes: readonly (SaePlace | null)[]): string[] {
  const byPlace = Map.groupBy(saes, (sae) => (sae === null ? null : placeOf(sae)));
  const missing = byPlace.get(null)?.length ?? 0;
  byPlace.delete(null);
  const found = [...byPlace].map(([place, { length }]) =>
    byPlace.size + missing === 1 ? place : `${place} (${length})`,
  );
  return [
    ...(found.length === 0 ? [] : [`The SAEs are in ${found.join(' and ')}.`]),
    ...(missing === 0 ? [] : [`The files of ${missing} ${missing === 1 ? 'run' : 'runs'} are missing.`]),
  ];
}

function placeOf({ folder, host, isStored = false }: SaePlace): string {
  // E.g. s3://lab/runs/<run>/000001-1a2b3c4d/sae.
  if (isStored) return `${folder.split('/').slice(0, -3).join('/')}/<run>/…/sae`;
  const runs = dirname(dirname(folder));
  return `${join(runs, '<run>', 'sae')}${host === undefined ? '' : ` on ${host}`}`;
}
