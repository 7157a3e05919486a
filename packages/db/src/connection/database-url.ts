import { userInfo } from 'node:os';
import { badUrl, DATABASE_URL } from './url-error.ts';

/** A server named in a URL. */
export interface Host {
  /** A name, an address, or the folder of a Unix socket. */
  host: string;
  port: number;
}

/** A decoded database URL. */
export interface DatabaseAddress {
  /** Tried in this order. */
  hosts: Host[];
  database: string;
  user: string;
  password: string | undefined;
  /** All other parameters by name, including those of other drivers and providers. */
  parameters: ReadonlyMap<string, string>;
}

/** Variables that supply what the URL omits, as in libpq. Other `PG…` variables have no effect. */
const VARIABLES = {
  host: 'PGHOST',
  port: 'PGPORT',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  dbname: 'PGDATABASE',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
} as const;

/** User and password, hosts, path, query. */
const SYNTAX = /^postgres(?:ql)?:\/\/(?:([^/?]*)@)?([^/?]*)(?:\/([^?]*))?(?:\?([^]*))?$/i;

interface Parts {
  userinfo: string;
  hosts: string;
  path: string;
  query: string;
}

/**
 * Parses a URL by libpq's rules. Unlike web URLs, these allow several hosts, a socket folder as host, percent-encoding
 * in every part, and every part as a parameter.
 *
 * @throws {SaeLabError} `db.bad-url`
 */
export function parseDatabaseUrl(
  url: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): DatabaseAddress {
  const found = SYNTAX.exec(url.trim());
  if (!found) {
    const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url.trim())?.[1];
    throw badUrl(scheme === undefined ? 'text that is not a URL' : `a URL with the scheme ${scheme}`);
  }
  const [, userinfo = '', hosts = '', path = '', query = ''] = found;
  const parts: Parts = { userinfo, hosts, path, query };
  const parameters = readQuery(query);
  for (const [name, variable] of Object.entries(VARIABLES)) {
    const value = environment[variable];
    if (value !== undefined && value !== '' && !parameters.has(name) && !isIn(parts, name))
      parameters.set(name, value);
  }
  const [user, password] = splitOnce(parts.userinfo, ':');
  const take = (name: string, written: string | undefined): string | undefined => {
    const value = parameters.get(name);
    parameters.delete(name);
    return value ?? (written === undefined || written === '' ? undefined : decode(written, name));
  };
  const name = take('user', user) ?? userInfo().username;
  return {
    hosts: readHosts(parts.hosts, parameters),
    user: name,
    password: take('password', password),
    database: take('dbname', parts.path) ?? name,
    parameters,
  };
}

/** The address without user and password, safe to show. */
export function showAddress({ hosts, database }: DatabaseAddress): string {
  const shown = hosts.map(({ host, port }) => {
    if (host.startsWith('/')) return host;
    return `${host.includes(':') ? `[${host}]` : host}:${port}`;
  });
  return `postgres://${shown.join(',')}/${database}`;
}

/** Whether the URL itself has the part that a parameter could supply. */
function isIn(parts: Parts, name: string): boolean {
  const [user, password] = splitOnce(parts.userinfo, ':');
  const written = { host: parts.hosts, port: parts.hosts, user, password, dbname: parts.path }[name];
  return name === 'port' ? /:\d+$/.test(written ?? '') : written !== undefined && written !== '';
}

function readQuery(query: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const [name, value] = splitOnce(pair, '=');
    // In these URLs a plus sign is not a space.
    parameters.set(decode(name, 'parameters'), decode(value ?? '', name));
  }
  return parameters;
}

function readHosts(written: string, parameters: Map<string, string>): Host[] {
  const fromUrl = written === '' ? [] : written.split(',').map(readHost);
  const byParameter = (name: string) => parameters.get(name)?.split(',');
  // An address saves the name lookup.
  const names = byParameter('hostaddr') ?? byParameter('host') ?? fromUrl.map(({ host }) => host);
  const ports = byParameter('port') ?? (fromUrl.length > 0 ? fromUrl.map(({ port }) => port) : ['']);
  for (const name of ['hostaddr', 'host', 'port']) parameters.delete(name);
  if (names.length === 0) names.push('');
  if (ports.length !== 1 && ports.length !== names.length) {
    throw badUrl(`${names.length} hosts and ${ports.length} ports`, 'one port, or one per host');
  }
  return names.map((host, index) => ({
    host: host === '' ? 'localhost' : host,
    port: readPort((ports.length === 1 ? ports[0] : ports[index]) as string),
  }));
}

function readHost(text: string): { host: string; port: string } {
  const [, address, portOfIt] = /^\[([^\]]*)\](?::([^]*))?$/.exec(text) ?? [];
  if (address !== undefined) return { host: decode(address, 'host'), port: portOfIt ?? '' };
  const [host, port] = splitOnce(text, ':');
  return { host: decode(host, 'host'), port: port ?? '' };
}

function readPort(text: string): number {
  if (text === '') return 5432;
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw badUrl(JSON.stringify(text), 'an integer from 1 to 65535', `${DATABASE_URL}, port`);
}

function decode(text: string, part: string): string {
  let decoded: string | undefined;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    // Reported below.
  }
  if (decoded !== undefined && !decoded.includes('\0')) return decoded;
  const expected = 'percent-encoded UTF-8, a percent sign written as %25, and no %00';
  // The text may be the password, so it is not shown.
  throw badUrl('an invalid escape after a percent sign', expected, `${DATABASE_URL}, ${part}`);
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
