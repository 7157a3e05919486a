import { SaeLabError, type ErrorCode } from '@sae-lab/errors';
import { shortageError } from '../shortage.ts';
import { isServerAnswer, reason, sqlState } from './server-error.ts';

/**
 * Converts errors of the database and the connection into typed errors; returns all others unchanged. The message never
 * contains the query or its parameters.
 */
export function explainError(error: unknown): unknown {
  if (error instanceof SaeLabError) return error;
  if (isConnectionLost(error)) {
    return new SaeLabError('db.connection-lost', {
      problem: 'the connection to the database was lost',
      received: reason(error),
      fix: 'Start again. Unfinished runs resume from their last checkpoint.',
      cause: error,
    });
  }
  if (!isServerAnswer(error)) return error;
  return shortageOf(error) ?? refusal(error);
}

export function isConnectionLost(error: unknown): boolean {
  return (CONNECTION_LOST.has(sqlState(error) ?? '') || isOfTheNetwork(error)) && !isOfAFile(error);
}

/** Whatever code the system gives, an address that cannot be found or connected to has no connection. */
function isOfTheNetwork(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if ('syscall' in at && (at.syscall === 'connect' || at.syscall === 'getaddrinfo')) return true;
  return false;
}

/** A missing file and a missing socket of a server have the same error code. */
function isOfAFile(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if ('syscall' in at && at.syscall !== 'connect' && 'path' in at) return true;
  return false;
}

/** Codes of the driver, Node and Postgres for a server that is stopping, not running or not reached. */
const CONNECTION_LOST = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  // Of a socket that is connected already, too.
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'EAI_FAIL',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETRESET',
  'ENETUNREACH',
  'ENOENT',
  'ENOTCONN',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  '57P01',
  '57P02',
  '57P03',
]);

function shortageOf(error: unknown): SaeLabError | undefined {
  const received = reason(error);
  // The state is reliable even if the server's messages are in another language.
  const text = sqlState(error) === '53100' && !/shared memory/i.test(received) ? 'ENOSPC' : received;
  return shortageError('the database cannot continue', {
    text,
    received,
    place: 'the database',
    cause: error,
  });
}

interface Refusal {
  code: ErrorCode;
  problem: string;
  fix: string;
}

const BAD_VALUE: Refusal = {
  code: 'db.bad-value',
  problem: 'a value cannot be stored in the database',
  fix: 'Correct the value. Text must not contain U+0000, and integers must not exceed 2147483647.',
};

const OCCUPIED: Refusal = {
  code: 'db.occupied',
  problem: 'another object in the database has the name of one of our tables',
  fix: 'Create a separate database (CREATE DATABASE sae_lab) and set DATABASE_URL to it.',
};

const REFUSALS: Record<string, Refusal> = {
  '53300': {
    code: 'db.too-many-connections',
    problem: 'the database has no free connections',
    fix: 'Close other programs that use it, or raise max_connections or the limit of the role or database.',
  },
  '42501': {
    code: 'db.no-rights',
    problem: 'the database user lacks a privilege',
    fix: 'Connect as the owner of the tables, or ask the owner to grant CREATE on the database and the schema public, and all privileges on the tables.',
  },
  '25006': {
    code: 'db.read-only',
    problem: 'the database is read-only',
    fix: 'Set DATABASE_URL to the primary server, with default_transaction_read_only off for the database and user.',
  },
  '42P07': OCCUPIED,
  '42710': OCCUPIED,
  '22021': BAD_VALUE,
  '22P05': BAD_VALUE,
  '22P02': BAD_VALUE,
  '22003': BAD_VALUE,
};

function refusal(error: unknown): SaeLabError {
  const { code, problem, fix } = REFUSALS[sqlState(error) ?? ''] ?? {
    code: 'db.refused',
    problem: 'the database reported an error',
    fix: "Start again. If the error persists, look at the server's log.",
  };
  return new SaeLabError(code, { problem, received: reason(error), fix, cause: error });
}
