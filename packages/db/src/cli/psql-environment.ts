import type { DatabaseAddress } from '../connection/database-url.ts';

/** Parameters of the URL that libpq knows, with their variables. It refuses a URL with any other. */
const VARIABLES: Readonly<Record<string, string>> = {
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  options: 'PGOPTIONS',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
  channel_binding: 'PGCHANNELBINDING',
};

/**
 * The address as environment variables of libpq. Unlike in a URL, values need no escaping (but for the commas between
 * hosts), and the list of processes does not show the password.
 */
export function psqlEnvironment(address: DatabaseAddress): Record<string, string> {
  const { hosts, user, password, database, parameters } = address;
  const named = [...parameters].flatMap(([name, value]) => {
    const variable = VARIABLES[name];
    return variable === undefined ? [] : [[variable, value] as const];
  });
  return {
    PGHOST: hosts.map(({ host }) => host).join(','),
    PGPORT: hosts.map(({ port }) => port).join(','),
    PGUSER: user,
    PGDATABASE: database,
    ...(password !== undefined && { PGPASSWORD: password }),
    ...Object.fromEntries(named),
  };
}
