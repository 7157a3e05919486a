import postgres, { type Options, type Sql } from 'postgres';
import { parseDatabaseUrl } from './database-url.ts';
import { driverOptions } from './driver-options.ts';
import { unreachable } from './explain-connecting.ts';
import { numberArrays } from './number-arrays.ts';
import { isServerAnswer } from './server-error.ts';
import { missingSettings } from './session-settings.ts';
import { sessionMismatch, wantedSession, type SessionKind } from './target-session.ts';
import { KEEP_ALIVE_SECONDS, watchedSockets, type Address } from './watched-sockets.ts';

/**
 * Opens a connection pool to the first usable server of the URL and checks that it works.
 *
 * @param options `onclose` is called for connections that break later, not for failed attempts
 * @throws {SaeLabError} `db.bad-url`, `db.unreachable`, `db.too-many-connections`
 */
export async function reach(url: string, options: Options<{}>): Promise<Sql> {
  const address = parseDatabaseUrl(url);
  const wanted = wantedSession(address);
  const refusals: unknown[] = [];
  for (const host of address.hosts) {
    for (const settings of driverOptions(address, host)) {
      try {
        return await open({ ...DRIVER, ...settings, ...options }, wanted);
      } catch (error) {
        refusals.push(error);
      }
    }
  }
  // An answer from one server is more informative than another server's silence.
  throw unreachable(address, refusals.find(isServerAnswer) ?? refusals[0]);
}

// Without a listener the driver prints notices to standard output.
const DRIVER: Options<{}> = {
  fetch_types: false,
  types: numberArrays,
  onnotice: () => {},
  keep_alive: KEEP_ALIVE_SECONDS,
};

/** Opens a pool to one server, and a second time if its sessions need other settings. */
async function open(
  options: Options<{}>,
  wanted: SessionKind,
  extra: Record<string, string> = {},
): Promise<Sql> {
  let broken = false;
  let inUse = false;
  const onclose = (id: number): void => {
    broken = true;
    if (inUse) options.onclose?.(id);
  };
  const connection = { ...options.connection, ...extra };
  const sockets = watchedSockets(addressOf(options));
  // The driver has this option, its types do not.
  const socket = { socket: () => sockets.open() } as Options<{}>;
  const sql = withoutVariables(() => postgres({ ...options, ...socket, connection, onclose }));
  const end = sql.end.bind(sql);
  sql.end = async (patience) => {
    await end(patience);
    // The driver waits for the server to close its side, for as long as the system does.
    sockets.close();
  };
  let missing: Record<string, string>;
  try {
    const mismatch = await sessionMismatch(sql, wanted);
    if (mismatch !== undefined) throw new Error(mismatch);
    missing = await missingSettings(sql);
    // The driver would silently open another connection.
    if (broken) throw new Error('the server closed the connection as soon as it was open');
  } catch (error) {
    await sql.end({ timeout: 0 });
    throw error;
  }
  if (Object.keys(missing).length === 0 || Object.keys(extra).length > 0) {
    inUse = true;
    return sql;
  }
  await sql.end({ timeout: 1 });
  return open(options, wanted, missing);
}

/** The one server that `driverOptions` names. */
function addressOf({ path, host, port }: Options<{}>): Address {
  return path === undefined ? { host: String(host), port: Number(port) } : { path };
}

/** Hides `PG…` variables from the driver. The address already includes the ones that apply. */
function withoutVariables<T>(make: () => T): T {
  const variables = Object.entries(process.env).filter(([name]) => name.startsWith('PG'));
  for (const [name] of variables) delete process.env[name];
  try {
    return make();
  } finally {
    for (const [name, value] of variables) process.env[name] = value;
  }
}
