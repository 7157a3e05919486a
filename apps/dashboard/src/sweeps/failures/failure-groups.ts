import { ERROR_CODES, type ErrorCode } from '@sae-lab/errors';
import type { Run } from '@sae-lab/db/reading';

export type FailedRun = Pick<Run, 'id' | 'status' | 'error'>;

/** Runs that ended for the same cause. */
export interface FailureGroup {
  readonly code: string;
  readonly status: Run['status'];
  readonly runIds: readonly number[];
  /** What was wrong, each text once, with the number of runs that it belongs to; the most frequent first. */
  readonly problems: readonly { readonly text: string; readonly runs: number }[];
  /** What the code means, if this version knows it. */
  readonly meaning: string | undefined;
  readonly fix: string | undefined;
}

/** Groups runs that failed or diverged by their code and their fix, the largest group first. */
export function failureGroups(runs: readonly FailedRun[]): FailureGroup[] {
  const failed = runs.flatMap((run) => (run.error === null ? [] : [{ ...run, error: run.error }]));
  const groups = Map.groupBy(failed, ({ error }) => JSON.stringify([error.code, fixOf(error)]));
  return [...groups.values()]
    .map((group): FailureGroup => {
      const { error } = group[0]!;
      const byProblem = Map.groupBy(group, (run) => problemOf(run.error));
      return {
        code: error.code,
        status: group[0]!.status,
        runIds: group.map(({ id }) => id).toSorted((a, b) => a - b),
        problems: [...byProblem]
          .map(([text, some]) => ({ text, runs: some.length }))
          .toSorted((a, b) => b.runs - a.runs),
        meaning: knownError(error.code)?.meaning,
        fix: fixOf(error),
      };
    })
    .toSorted((a, b) => b.runIds.length - a.runIds.length);
}

type StoredError = NonNullable<Run['error']>;

/** What to do about an error: what it says itself, or what its code says. */
export function fixOf({ code, details }: StoredError): string | undefined {
  const { fix } = (details ?? {}) as { fix?: string };
  return fix ?? knownError(code)?.fix;
}

/** The meaning and the fix of a code; undefined for a code of another version. */
export function knownError(code: string): (typeof ERROR_CODES)[ErrorCode] | undefined {
  return Object.hasOwn(ERROR_CODES, code) ? ERROR_CODES[code as ErrorCode] : undefined;
}

/** The message without its fix. */
function problemOf({ message, details }: StoredError): string {
  const { problem, field, received } = (details ?? {}) as Record<string, string | undefined>;
  if (problem === undefined) return message;
  const what = [field, problem].filter(Boolean).join(': ');
  return received === undefined ? what : `${what} (received ${received})`;
}
