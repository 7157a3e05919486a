import type { SweepEvent } from './events.ts';
import { visibleLines } from './visible-text.ts';

/** More are counted only; all of them are in the database. */
const SHOWN = 20;

/**
 * What failed and why, for the end of a sweep: the reason is easily lost among the progress.
 *
 * @param debug show stacks
 */
export function failureSummary(events: readonly SweepEvent[], debug: boolean): string {
  const failures = events.flatMap((event) => {
    if (event.type !== 'run.failed' && event.type !== 'run.diverged') return [];
    const { variant, coefficient, hook, width, seed, error } = event;
    const what = event.type === 'run.failed' ? 'failed' : event.earlier ? 'diverged earlier' : 'diverged';
    const title = `${variant} ${coefficient} ${hook} width ${width} seed ${seed} ${what} (${error.code})`;
    return [`${title}\n  ${(debug ? error.stack : undefined) ?? error.message}`];
  });
  return [
    ...failures.slice(0, SHOWN).map(visibleLines),
    ...(failures.length > SHOWN ? [`… and ${failures.length - SHOWN} more`] : []),
    'The next `pnpm sweep` tries failed runs again; --only-failed also those that diverged.',
  ].join('\n');
}
