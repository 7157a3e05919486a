import { eq, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';

/** An SAE: of a run, or one that no run trained. */
export type SaeSubject =
  | { readonly runId: number; readonly saeId?: undefined }
  | { readonly saeId: number; readonly runId?: undefined };

/** The rows of a table about an SAE. */
export function ofSubject(
  table: { readonly runId: PgColumn; readonly saeId: PgColumn },
  { runId, saeId }: SaeSubject,
): SQL {
  return runId === undefined ? eq(table.saeId, saeId) : eq(table.runId, runId);
}

/** Whether both are one SAE. */
export function isSameSubject(one: SaeSubject, other: SaeSubject): boolean {
  return one.runId === other.runId && one.saeId === other.saeId;
}

/** Orders SAEs: runs first, then by id. */
export function compareSubjects(one: SaeSubject, other: SaeSubject): number {
  const rank = ({ runId }: SaeSubject): number => (runId === undefined ? 1 : 0);
  const id = ({ runId, saeId }: SaeSubject): number => runId ?? saeId;
  return rank(one) - rank(other) || id(one) - id(other);
}
