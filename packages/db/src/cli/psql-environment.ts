import type { DatabaseAddress } from '../connection/database-url.ts';

/** Those of the URL's parameters that are libpq's own; it refuses a URL with any other. */
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
 * The address as libpq's variables: no part of it is read for a syntax of its own there, but for the commas between
 * hosts, and its password is not seen in the list of processes.
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
