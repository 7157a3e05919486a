import { sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { claimHolders, claims, runs, sweeps, type RunStatus, type SweepStatus } from '../schema/index.ts';

/** What is claimed; the values of `claims.kind`. */
export type ClaimKind = 'run' | 'sweep' | 'evaluation' | 'activations';

/**
 * The condition that the holder of claims is dead: it has been silent for longer than it promised, or its session has ended, and the
 * process with it. Who may not see when sessions of others began sees their number only. A standby has its own sessions.
 */
export const holderIsDead: SQL = sql`(${claimHolders.seenAt} < now() - make_interval(secs => ${claimHolders.silentSeconds})
  or ${claimHolders.backendPid} is not null and not pg_is_in_recovery() and not exists (
  select from pg_stat_activity sessions where sessions.pid = ${claimHolders.backendPid}
    and (sessions.backend_start is null or sessions.backend_start = ${claimHolders.backendStart})))`;

export const holderLives: SQL = sql`not ${holderIsDead}`;

/** The current status of a run: one stored as running that nobody claims is interrupted, or cancelled if that was asked. */
export const runStatusNow = statusNow<RunStatus>(runs, 'run');

/**
 * The current status of a sweep, by the same rule. One whose runs are in the queue is running while a worker that has trained
 * one of them lives.
 */
export const sweepStatusNow: SQL<SweepStatus> = sql<SweepStatus>`case
  when ${sweeps.status} = 'queued' and ${sweeps.id} = any (${claimed('sweep')}) then 'running'
  when ${sweeps.status} = 'queued' and ${sweeps.cancelRequestedAt} is not null then 'cancelled'
  else ${statusNow<SweepStatus>(sweeps, 'sweep')} end`;

function statusNow<Status extends string>(
  { status, id, cancelRequestedAt }: Record<'status' | 'id' | 'cancelRequestedAt', PgColumn>,
  kind: ClaimKind,
): SQL<Status> {
  return sql<Status>`case when ${status} <> 'running' or ${id} = any (${claimed(kind)}) then ${status}
    when ${cancelRequestedAt} is null then 'interrupted' else 'cancelled' end`;
}

/** Not correlated with the row, so the claims are read once per statement. */
function claimed(kind: ClaimKind): SQL {
  return sql`(select coalesce(array_agg(${claims.key}::int8), '{}') from ${claims}
    join ${claimHolders} on ${claimHolders.id} = ${claims.holderId}
    where ${claims.kind} = ${sql.raw(`'${kind}'`)} and ${holderLives})::int8[]`;
}
