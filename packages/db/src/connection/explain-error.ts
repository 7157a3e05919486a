import { SaeLabError } from '@sae-lab/errors';

/** Why nothing usable answers at `url`. Its password is never part of the message. */
export function unreachable(url: string, error: unknown): SaeLabError {
  return new SaeLabError('db.unreachable', {
    problem: `the database at ${withoutSecrets(url)} cannot be used`,
    field: 'DATABASE_URL',
    expected: 'a Postgres server that accepts this user and database',
    received: reason(error),
    fix: 'Start that server or correct DATABASE_URL; unset it to use the embedded database.',
    cause: error,
  });
}

/** Turns what a reader can act on into a typed error; anything else comes back as it was. */
export function explainError(error: unknown): unknown {
  if (sqlState(error) === '53100') {
    return new SaeLabError('db.disk-full', {
      problem: 'the database has no disk space left',
      received: reason(error),
      fix: 'Free some space on the disk of the database and start again; what was stored before is intact.',
      cause: error,
    });
  }
  if (isConnectionLost(error)) {
    return new SaeLabError('db.connection-lost', {
      problem: 'the connection to the database broke',
      received: reason(error),
      fix: 'Start again: unfinished runs go on from their last checkpoint.',
      cause: error,
    });
  }
  return error;
}

export function isConnectionLost(error: unknown): boolean {
  return CONNECTION_LOST.has(sqlState(error) ?? '');
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

/** SQLSTATE, or the driver's code, of an error that drizzle may have wrapped. */
function sqlState(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return undefined;
}

function reason(error: unknown): string {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause;
  if (!(innermost instanceof Error)) return String(innermost);
  // Node gives an AggregateError without a message when several addresses of a host refuse.
  return innermost.message || (sqlState(innermost) ?? innermost.name);
}

function withoutSecrets(url: string): string {
  const { protocol, host, pathname, searchParams } = new URL(url);
  return `${protocol}//${searchParams.get('host') ?? host}${pathname}`;
}
