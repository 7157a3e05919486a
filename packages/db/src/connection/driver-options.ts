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
 * The driver's settings for one server of an address. Parameters that are named here are honoured; all others have
 * no meaning for this driver (connection pools, keepalives, other drivers' own), and are ignored.
 *
 * @throws SaeLabError `db.bad-url`
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
    // Poolers that keep no prepared statements are marked so by their providers.
    prepare: parameters.get('pgbouncer') !== 'true',
    connection: {
      application_name:
        parameters.get('application_name') ?? parameters.get('fallback_application_name') ?? 'sae-lab',
      ...(options !== undefined && { options }),
    },
  };
  if (host.startsWith('/')) return [{ ...common, path: join(host, `.s.PGSQL.${port}`), ssl: false }];
  // As arrays, which its types do not have: it would look for a port in a text with colons, as IPv6 is.
  const one = { host: [host], port: [port] } as object as Options<{}>;
  return sslSettings(parameters).map((ssl) => ({ ...common, ...one, ssl }));
}

/** To be tried in this order. */
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
  // As libpq does, "require" checks the certificate where it is told by whom to expect it signed.
  if (mode === 'verify-ca' || 'ca' in files)
    return [{ ...files, rejectUnauthorized: true, checkServerIdentity: () => undefined }];
  return ['cert' in files ? { ...files, rejectUnauthorized: false } : 'require'];
}

function sslMode(parameters: DatabaseAddress['parameters']): SslMode {
  if (parameters.get('sslrootcert') === 'system') return 'verify-full';
  // Other drivers write `ssl=true`, or a mode there.
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
    throw badUrl((cause as Error).message, 'a file that can be read', `${DATABASE_URL}, ${name}`);
  }
}

function connectTimeout(text: string | undefined): number {
  if (text === undefined || text === '') return CONNECT_TIMEOUT_SECONDS;
  if (/^\d+$/.test(text) && Number(text) <= 86_400) return Number(text);
  throw badUrl(
    JSON.stringify(text),
    'a whole number of seconds; 0 to wait without end',
    `${DATABASE_URL}, connect_timeout`,
  );
}
