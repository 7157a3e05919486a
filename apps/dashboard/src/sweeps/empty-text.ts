import type { Entry } from './entries.ts';

/** Why there is no point yet, or why there will be none. */
export function emptyText(entries: readonly Entry[]): string {
  const runs = entries.flatMap((entry) => entry.runs);
  const count = (...statuses: string[]): number =>
    runs.filter(({ status }) => statuses.includes(status)).length;
  if (count('queued', 'running') > 0) return 'No run has finished yet. Each appears here when it does.';
  const ended = (['interrupted', 'failed', 'diverged', 'cancelled'] as const)
    .filter((status) => count(status) > 0)
    .map((status) => `${count(status)} ${status}`);
  if (count('finished') > 0) return 'The finished runs have no L0 or explained variance on their data.';
  const again =
    count('interrupted', 'failed') > 0
      ? ' Start the sweep again to continue.'
      : count('diverged') > 0
        ? ' “Failures” says what to change.'
        : ' Retry them above.';
  return runs.length === 0
    ? 'There are no runs. The sweep stopped before it had planned them; start it again.'
    : `No run has finished: ${ended.join(', ')}.${again}`;
}
