import { dirname, join } from 'node:path';
import type { SaePlace, SweepCounts } from './events.ts';

/**
 * The last line of a sweep: how its runs ended and where their SAEs are.
 *
 * @param saes the SAEs of all finished runs, now and earlier; null where the files are missing
 */
export function summary({ skipped, ...counts }: SweepCounts, saes: readonly (SaePlace | null)[]): string {
  const tally = Object.entries({ ...counts, 'finished earlier': skipped })
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');
  const nothingToDo = Object.values(counts).every((count) => count === 0) ? 'Nothing to do: ' : '';
  return [`${nothingToDo}${tally || 'no runs'}.`, ...places(saes)].join(' ');
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

function placeOf({ folder, host }: SaePlace): string {
  const runs = dirname(dirname(folder));
  return `${join(runs, '<run>', 'sae')}${host === undefined ? '' : ` on ${host}`}`;
}
