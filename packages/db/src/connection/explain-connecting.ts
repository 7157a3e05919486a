import { SaeLabError } from '@sae-lab/errors';
import { showAddress, type DatabaseAddress } from './database-url.ts';
import { explainError } from './explain-error.ts';
import { reason, sqlState } from './server-error.ts';

interface Advice {
  expected: string;
  fix: string;
}

const UNSET = 'or unset DATABASE_URL to use the embedded database.';

/** Explains why an address cannot be used. The message never contains user or password. */
export function unreachable(address: DatabaseAddress, error: unknown): SaeLabError {
  const state = sqlState(error);
  // The server works but has no free connection.
  if (state === '53300') return explainError(error) as SaeLabError;
  const { expected, fix } = adviceOn(state, address);
  return new SaeLabError('db.unreachable', {
    problem: `cannot connect to the database at ${showAddress(address)}`,
    field: 'DATABASE_URL',
    expected,
    received: reason(error),
    fix,
    cause: error,
  });
}

function adviceOn(state: string | undefined, { database, parameters }: DatabaseAddress): Advice {
  switch (state ?? '') {
    case '3D000':
      return {
        expected: `a database named ${JSON.stringify(database)} on that server`,
        fix: `Create it (\`createdb\` or CREATE DATABASE), correct the name in DATABASE_URL, ${UNSET}`,
      };
    case '28P01':
    case '28000':
    case 'SASL_SIGNATURE_MISMATCH':
      return {
        expected: 'a user and password that the server accepts',
        fix: `Correct the user and password in DATABASE_URL (percent-encode special characters) or the server's pg_hba.conf, ${UNSET}`,
      };
    case '42501':
      return {
        expected: 'a user with the CONNECT right on the database',
        fix: `Ask the owner to run GRANT CONNECT ON DATABASE, ${UNSET}`,
      };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        expected: 'a host name that resolves',
        fix: `Correct the host in DATABASE_URL, ${UNSET}`,
      };
    case '57P03':
      return { expected: 'a server that has finished starting', fix: `Wait until it has started, ${UNSET}` };
    default:
      return {
        expected: 'a Postgres server that accepts this user and database',
        fix: `Start the server or correct DATABASE_URL${tlsHint(state, parameters)}, ${UNSET}`,
      };
  }
}

/** A server without TLS closes a connection that requires it, without a message. */
function tlsHint(state: string | undefined, parameters: DatabaseAddress['parameters']): string {
  const mode = parameters.get('sslmode') ?? parameters.get('ssl');
  const tls = state === 'ECONNRESET' || state === 'EPROTO' || /CERT|SSL|TLS|ISSUER/.test(state ?? '');
  return tls && mode !== undefined
    ? ` (sslmode is ${mode}; check that the server has TLS and the right certificate)`
    : '';
}
