import { visibleLines, visibleText } from '@sae-lab/command-line';
import type { SweepEvent } from './events.ts';
import { runName } from './run-name.ts';

type Failure = Extract<SweepEvent, { type: 'run.failed' | 'run.diverged' | 'evaluation.failed' }>;

/** The largest numbers of fixes, reasons per fix and runs per reason to show. The rest are counted. */
const SHOWN = 5;

/**
 * What failed and why, repeated at the end of a sweep because progress lines bury it. Runs with the same fix are grouped
 * under it.
 *
 * @param debug include stack traces
 */
export function failureSummary(events: readonly SweepEvent[], debug: boolean): string {
  const failures = events.filter(
    (event): event is Failure =>
      event.type === 'run.failed' || event.type === 'run.diverged' || event.type === 'evaluation.failed',
  );
  const groups = Map.groupBy(failures, (failure) =>
    JSON.stringify([failure.error.code, failure.error.details?.fix]),
  );
  const [shown, others] = [[...groups.values()].slice(0, SHOWN), [...groups.values()].slice(SHOWN).flat()];
  const lines = shown.flatMap((group) => describe(group, debug));
  if (others.length > 0) lines.push(`and ${others.length} more, for other reasons`);
  if (failures.some(({ type }) => type === 'run.failed')) {
    lines.push('The next `pnpm sweep` retries failed runs.');
  }
  if (failures.some(({ type }) => type === 'evaluation.failed')) {
    lines.push('The same command retries failed evaluations. Finished ones are stored.');
  }
  if (failures.some(({ type }) => type === 'run.diverged')) {
    lines.push('A diverged run would diverge again. Use --only-failed to retry it anyway.');
  }
  return visibleLines(lines.join('\n'));
}

function describe(group: readonly Failure[], debug: boolean): string[] {
  const { fix } = group[0]!.error.details ?? {};
  const byReason = [...Map.groupBy(group, (failure) => reason(failure, debug))];
  const lines = byReason
    .slice(0, SHOWN)
    .flatMap(([why, failures]) => [
      ...failures.slice(0, SHOWN).map((failure) => `${failureName(failure)}: ${ending(failure)}`),
      ...more(failures.length - SHOWN, failures[0]!),
      `  ${why}`,
    ]);
  const left = byReason.slice(SHOWN).reduce((count, [, failures]) => count + failures.length, 0);
  return [...lines, ...more(left, group[0]!), ...(fix === undefined ? [] : [`  ${fix}`])];
}

function more(count: number, like: Failure): string[] {
  return count > 0 ? [`and ${count} more that ${ending(like)}`] : [];
}

function failureName(failure: Failure): string {
  return failure.type === 'evaluation.failed'
    ? `${failure.evaluation} of ${visibleText(failure.sae)}, ${visibleText(failure.hook)}`
    : runName(failure);
}

function ending(failure: Failure): string {
  return `${what(failure)} (${failure.error.code})`;
}

function what(failure: Failure): string {
  if (failure.type !== 'run.diverged') return 'failed';
  return failure.earlier ? 'diverged earlier' : 'diverged';
}

/** The message without its fix, which is printed once for the whole group. */
function reason({ error: { message, details, stack } }: Failure, debug: boolean): string {
  if (debug && stack !== undefined) return stack;
  const fix = details?.fix;
  return fix !== undefined && message.endsWith(`. ${fix}`) ? message.slice(0, -(fix.length + 2)) : message;
}
