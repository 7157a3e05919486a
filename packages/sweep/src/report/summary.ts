import { dirname, join } from 'node:path';
import type { SaePlace, SweepCounts } from './events.ts';

/** The runs of a sweep that are not over. */
interface UnfinishedRuns {
  /** Those that the sweep did not get to. */
  readonly queued?: number;
  /** Those that workers train, and whose end the command did not wait for. */
  readonly running?: number;
  /** Whether workers continue without the command. */
  readonly isWatched?: boolean;
}

/**
 * How the runs of a sweep ended, where their SAEs are, and how to continue a sweep that was stopped.
 *
 * @param saes the SAEs of all finished runs, now and earlier; null where the files are missing
 */
export function summary(
  { skipped, ...counts }: SweepCounts,
  saes: readonly (SaePlace | null)[],
  { queued = 0, running = 0, isWatched = false }: UnfinishedRuns = {},
): string {
  const tally = Object.entries({ ...counts, running, queued, 'finished earlier': skipped })
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');
  const left = counts.interrupted + running + queued;
  const nothingToDo =
    left + Object.values(counts).reduce((sum, count) => sum + count, 0) === 0 ? 'Nothing to do: ' : '';
  return [
    [`${nothingToDo}${tally || 'no runs'}.`, ...places(saes)].join(' '),
    ...(left > 0 ? [`Run the same command again to ${isWatched ? 'watch them' : 'continue'}.`] : []),
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
