import { SaeLabError, type ErrorCode } from '@sae-lab/errors';
import { shortageError } from '../shortage.ts';
import { isServerAnswer, reason, sqlState } from './server-error.ts';

/**
 * Turns what the database answers, or that it does not, into a typed error; anything else comes back as it was. The
 * query and its parameters are no part of the message.
 */
export function explainError(error: unknown): unknown {
  if (error instanceof SaeLabError) return error;
  if (isConnectionLost(error)) {
    return new SaeLabError('db.connection-lost', {
      problem: 'the connection to the database broke',
      received: reason(error),
      fix: 'Start again: unfinished runs go on from their last checkpoint.',
      cause: error,
    });
  }
  if (!isServerAnswer(error)) return error;
  return shortageOf(error) ?? refusal(error);
}

export function isConnectionLost(error: unknown): boolean {
  return CONNECTION_LOST.has(sqlState(error) ?? '') && !isOfAFile(error);
}

/** A missing file has the same code as the missing socket of a server. */
function isOfAFile(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if ('syscall' in at && at.syscall !== 'connect' && 'path' in at) return true;
  return false;
}

/** The driver's own codes, Node's, and Postgres's for a server that goes away or is not there yet. */
const CONNECTION_LOST = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
]);

function shortageOf(error: unknown): SaeLabError | undefined {
  const received = reason(error);
  // The state alone says so where the server speaks another language.
  const text = sqlState(error) === '53100' && !/shared memory/i.test(received) ? 'ENOSPC' : received;
  return shortageError('the database cannot go on', { text, received, place: 'the database', cause: error });
}

interface Refusal {
  code: ErrorCode;
  problem: string;
  fix: string;
}

const BAD_VALUE: Refusal = {
  code: 'db.bad-value',
  problem: 'a value cannot be stored in the database',
  fix: 'Correct the value: no text with U+0000, no integer above 2147483647.',
};

const OCCUPIED: Refusal = {
  code: 'db.occupied',
  problem: 'something else in the database has the name of one of our tables',
  fix: 'Make a database of its own (CREATE DATABASE sae_lab) and name it in DATABASE_URL.',
};

const REFUSALS: Record<string, Refusal> = {
  '53300': {
    code: 'db.too-many-connections',
    problem: 'the database has no connection left',
    fix: 'Close other programs that use it, or raise max_connections (or the limit of the role or database).',
  },
  '42501': {
    code: 'db.no-rights',
    problem: 'the user of DATABASE_URL lacks a right',
    fix: 'Connect as the owner of the tables, or have the owner grant it: CREATE on the database and on the schema public to make the tables, all rights on them to use them.',
  },
  '25006': {
    code: 'db.read-only',
    problem: 'the database is read-only',
    fix: 'Name the primary server, and a database and user whose default_transaction_read_only is off.',
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
    problem: 'the database answered with an error',
    fix: "Start again; if it answers the same, the server's log says more.",
  };
  return new SaeLabError(code, { problem, received: reason(error), fix, cause: error });
}
