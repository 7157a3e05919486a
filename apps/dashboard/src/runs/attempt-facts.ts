import type { AttemptReason, Run, RunAttempt } from '@sae-lab/db/reading';
import { instant } from '../format/time.ts';
import type { Fact, FactGroup } from './facts.tsx';

const IN_WORDS: Readonly<Record<AttemptReason, string>> = {
  finished: 'finished',
  failed: 'failed',
  diverged: 'diverged',
  interrupted: 'stopped by a user',
  cancelled: 'cancelled in the dashboard',
  preempted: 'stopped, because the time of the worker or of its machine was over',
  lost: 'lost, because its process or machine disappeared',
  disk: 'ended, because the disk was full',
  'out-of-memory': 'ended, because the memory was exhausted',
};
/** What stopped these was an error, if there is one: of the disk or the store. */
const STOPPED: readonly (AttemptReason | null)[] = ['interrupted', 'preempted'];
/** More attempts are counted. */
const MOST_LISTED = 20;

/** The attempts at a run: where, from when to when, and how each ended. Empty for a run of an older version. */
export function attemptGroup(
  { attempt: last, status }: Pick<Run, 'attempt' | 'status'>,
  attempts: readonly RunAttempt[],
): FactGroup {
  const listed = attempts.slice(-MOST_LISTED);
  const earlier = attempts.length - listed.length;
  return {
    title: 'Attempts',
    facts: [
      ...(earlier > 0 ? [['Earlier', `${earlier} more`] as Fact] : []),
      ...listed.map((attempt): Fact => {
        const trains = attempt.reason === null && status === 'running' && attempt.attempt === last;
        return [`Attempt ${attempt.attempt}`, trains ? startText(attempt) : endText(attempt)];
      }),
    ],
  };
}

function startText({ hostname, startedAt }: RunAttempt): string {
  return `${on(hostname)}since ${instant(startedAt)}: trains now`;
}

/** An attempt that never ended is lost, even if no later one has said so yet. */
function endText({ hostname, startedAt, endedAt, reason, error }: RunAttempt): string {
  const time =
    endedAt === null ? `started ${instant(startedAt)}` : `${instant(startedAt)} to ${instant(endedAt)}`;
  const cause = error === null ? '' : `. ${error.message} (${error.code})`;
  const words =
    error !== null && STOPPED.includes(reason) ? 'stopped by an error' : IN_WORDS[reason ?? 'lost'];
  return `${on(hostname)}${time}: ${words}${cause}`;
}

function on(hostname: string | null): string {
  return hostname === null ? '' : `${hostname}, `;
}
