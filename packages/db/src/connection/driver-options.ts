import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { join } from 'node:path';
import type { Options } from 'postgres';
import type { DatabaseAddress, Host } from './database-url.ts';
import { badUrl, DATABASE_URL } from './url-error.ts';

const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
type SslMode = (typeof SSL_MODES)[number];
type Ssl = false | 'prefer' | 'require' | ConnectionOptions;

const CONNECT_TIMEOUT_SECONDS = 10;

/**
 * The driver's settings for one server of an address. Parameters without a meaning for this driver (connection pools,
 * keepalives, those of other drivers) are ignored.
 *
 * @throws {SaeLabError} `db.bad-url`
 */
export function driverOptions(
  { user, password, database, parameters }: DatabaseAddress,
  { host, port }: Host,
): Options<{}>[] {
  const options = parameters.get('options');
  const common: Options<{}> = {
    user,
    password: password ?? '',
    database,
    connect_timeout: connectTimeout(parameters.get('connect_timeout')),
    // Poolers that share sessions do not keep prepared statements.
    prepare: parameters.get('pgbouncer') !== 'true',
    connection: {
      application_name:
        parameters.get('application_name') ?? parameters.get('fallback_application_name') ?? 'sae-lab',
      ...(options !== undefined && { options }),
    },
  };
  if (host.startsWith('/')) return [{ ...common, path: join(host, `.s.PGSQL.${port}`), ssl: false }];
  // Arrays, although the types do not allow them: in a string the driver would look for a port after the colons of IPv6.
  const one = { host: [host], port: [port] } as object as Options<{}>;
  return sslSettings(parameters).map((ssl) => ({ ...common, ...one, ssl }));
}

/** Tried in this order. */
function sslSettings(parameters: DatabaseAddress['parameters']): Ssl[] {
  const mode = sslMode(parameters);
  if (mode === 'disable') return [false];
  const files = {
    ...file(parameters, 'sslrootcert', 'ca'),
    ...file(parameters, 'sslcert', 'cert'),
    ...file(parameters, 'sslkey', 'key'),
  };
  if (mode === 'allow') return [false, 'require'];
  if (mode === 'prefer') return ['prefer'];
  if (mode === 'verify-full') return [{ ...files, rejectUnauthorized: true }];
  // As in libpq, "require" verifies the certificate if a root certificate is given.
  if (mode === 'verify-ca' || 'ca' in files)
    return [{ ...files, rejectUnauthorized: true, checkServerIdentity: () => undefined }];
  return ['cert' in files ? { ...files, rejectUnauthorized: false } : 'require'];
}

function sslMode(parameters: DatabaseAddress['parameters']): SslMode {
  if (parameters.get('sslrootcert') === 'system') return 'verify-full';
  // Other drivers use `ssl=true`, or a mode as its value.
  const text = (parameters.get('sslmode') ?? parameters.get('ssl') ?? 'prefer').toLowerCase();
  const mode = { true: 'require', 1: 'require', 'no-verify': 'require', false: 'disable', 0: 'disable' }[
    text
  ];
  const found = SSL_MODES.find((known) => known === (mode ?? text));
  if (found !== undefined) return found;
  throw badUrl(JSON.stringify(text), `one of ${SSL_MODES.join(', ')}`, `${DATABASE_URL}, sslmode`);
}

function file(
  parameters: DatabaseAddress['parameters'],
  name: string,
  option: 'ca' | 'cert' | 'key',
): ConnectionOptions {
  const path = parameters.get(name);
  if (path === undefined || path === '' || path === 'system') return {};
  try {
    return { [option]: readFileSync(path) };
  } catch (cause) {
    throw badUrl((cause as Error).message, 'a readable file', `${DATABASE_URL}, ${name}`);
  }
}

function connectTimeout(text: string | undefined): number {
  if (text === undefined || text === '') return CONNECT_TIMEOUT_SECONDS;
  if (/^\d+$/.test(text) && Number(text) <= 86_400) return Number(text);
  throw badUrl(
    JSON.stringify(text),
    'an integer number of seconds, or 0 to wait forever',
    `${DATABASE_URL}, connect_timeout`,
  );
}
