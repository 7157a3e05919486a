import { SaeLabError } from '@sae-lab/errors';
import { showAddress, type DatabaseAddress } from './database-url.ts';
import { explainError } from './explain-error.ts';
import { reason, sqlState } from './server-error.ts';

interface Advice {
  expected: string;
  fix: string;
}

const UNSET = 'or unset DATABASE_URL to use the embedded database.';

/** Why nothing usable answers at an address. Its user and password are never part of the message. */
export function unreachable(address: DatabaseAddress, error: unknown): SaeLabError {
  const state = sqlState(error);
  // Out of connections: true of a server that works.
  if (state === '53300') return explainError(error) as SaeLabError;
  const { expected, fix } = adviceOn(state, address);
  return new SaeLabError('db.unreachable', {
    problem: `the database at ${showAddress(address)} cannot be used`,
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
        fix: `Create it (\`createdb\`, or CREATE DATABASE), correct the name in DATABASE_URL, ${UNSET}`,
      };
    case '28P01':
    case '28000':
    case 'SASL_SIGNATURE_MISMATCH':
      return {
        expected: 'a user and password that the server lets in',
        fix: `Correct user and password in DATABASE_URL (special characters percent-encoded) or the server's pg_hba.conf, ${UNSET}`,
      };
    case '42501':
      return {
        expected: 'a user with the CONNECT right on the database',
        fix: `Have its owner run GRANT CONNECT ON DATABASE, ${UNSET}`,
      };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        expected: 'the name of a host that can be found',
        fix: `Correct the host in DATABASE_URL, ${UNSET}`,
      };
    case '57P03':
      return { expected: 'a server that is ready', fix: `Wait until it has started, ${UNSET}` };
    default:
      return {
        expected: 'a Postgres server that accepts this user and database',
        fix: `Start that server or correct DATABASE_URL${tlsHint(state, parameters)}; unset it to use the embedded database.`,
      };
  }
}

/** A server without TLS breaks off a connection that insists on it, and says nothing. */
function tlsHint(state: string | undefined, parameters: DatabaseAddress['parameters']): string {
  const mode = parameters.get('sslmode') ?? parameters.get('ssl');
  const tls = state === 'ECONNRESET' || state === 'EPROTO' || /CERT|SSL|TLS|ISSUER/.test(state ?? '');
  return tls && mode !== undefined
    ? ` (its sslmode is ${mode}: has the server TLS, and that certificate?)`
    : '';
}
