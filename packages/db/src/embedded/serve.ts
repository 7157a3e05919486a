import { randomBytes } from 'node:crypto';
import { chown, writeFile } from 'node:fs/promises';
import type { Sql } from 'postgres';
import { SaeLabError } from '@sae-lab/errors';
import { reach } from '../connection/reach.ts';
import { migrateDatabase } from '../connection/migrate.ts';
import { findClusterFolder } from './cluster-folder.ts';
import { startEmbedded, stopEmbedded } from './server.ts';
import { serverUser } from './server-user.ts';
import { forgetNetwork, hbaFileOf, rememberNetwork, servedUrlFile } from './served-network.ts';
import type { Network } from './server-process.ts';

export interface ServeOptions {
  readonly dataDir: string;
  /** The address of this machine that others connect to. */
  readonly host: string;
  readonly port: number;
  /** The addresses that may connect, e.g. `10.0.0.0/16`. */
  readonly ranges: readonly string[];
  readonly onNotice?: (message: string) => void;
}

/** Others connect as this user. It owns the tables, but may not read files or start programs as a superuser could. */
const ROLE = 'sae_lab_worker';

/**
 * Starts the embedded server so that other machines reach it, with a new password. After a crash, the next command starts
 * it like that again. The next start after `forgetNetwork` is local.
 *
 * @returns the URL for the other machines, which contains the password
 * @throws {SaeLabError} `db.in-use`, `db.address-unusable`, `db.embedded-failed` and what `startEmbedded` throws
 */
export async function serveEmbedded({
  dataDir,
  host,
  port,
  ranges,
  onNotice,
}: ServeOptions): Promise<string> {
  const local = await startEmbedded(dataDir, onNotice);
  await migrateDatabase(local);
  const password = randomBytes(24).toString('base64url');
  const sql = await reach(local, { max: 1 });
  try {
    await requireIdle(sql);
    await makeRole(sql, password);
  } finally {
    await sql.end({ timeout: 1 });
  }
  await stopEmbedded(dataDir);
  await forgetNetwork(dataDir);
  const folder = (await findClusterFolder(dataDir))!;
  const network = await networkOf(folder, { host, port, ranges });
  await startEmbedded(dataDir, onNotice, network);
  await rememberNetwork(folder, network);
  const address = host.includes(':') ? `[${host}]` : host;
  const url = `postgres://${ROLE}:${password}@${address}:${port}/postgres`;
  await writeFile(servedUrlFile(dataDir), `${url}\n`, { mode: 0o600 });
  return url;
}

/** The restart would end the sessions of others. */
async function requireIdle(sql: Sql): Promise<void> {
  const [row] = await sql<{ sessions: number }[]>`
    select count(*)::int as sessions from pg_stat_activity
    where backend_type = 'client backend' and pid <> pg_backend_pid()`;
  if (row!.sessions === 0) return;
  throw new SaeLabError('db.in-use', {
    problem: 'the database has to be restarted, but other processes use it',
    received: `${row!.sessions} other connections`,
    fix: 'Stop sweeps and dashboards of this data folder, then run the same command again.',
  });
}

/** Makes the user, and gives it every table that there is or will be. */
async function makeRole(sql: Sql, password: string): Promise<void> {
  const [found] = await sql`select from pg_roles where rolname = ${ROLE}`;
  // Neither takes parameters. The password has no quotes.
  await sql.unsafe(
    `set password_encryption = 'scram-sha-256';
     ${found === undefined ? 'create' : 'alter'} role ${ROLE} login nosuperuser password '${password}'`,
  );
  await sql.unsafe(GIVE_AWAY);
}

const OWN = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;

const GIVE_AWAY = `do $$
declare statement text;
begin
  for statement in
    select format('alter schema %I owner to ${ROLE}', n.nspname) from pg_namespace n where ${OWN}
    union all
    select format('alter table %I.%I owner to ${ROLE}', n.nspname, c.relname)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${OWN} and c.relkind in ('r', 'p', 'v', 'm')
    union all
    select format('alter sequence %I.%I owner to ${ROLE}', n.nspname, c.relname)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${OWN} and c.relkind = 'S'
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i'))
    union all
    select format('alter type %I.%I owner to ${ROLE}', n.nspname, t.typname)
    from pg_type t join pg_namespace n on n.oid = t.typnamespace where ${OWN} and t.typtype = 'e'
    union all
    select format('alter routine %s owner to ${ROLE}', p.oid::regprocedure)
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${OWN}
      and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
  loop
    execute statement;
  end loop;
  execute format('grant create on database %I to ${ROLE}', current_database());
  alter default privileges grant all on schemas to ${ROLE};
  alter default privileges grant all on tables to ${ROLE};
  alter default privileges grant all on sequences to ${ROLE};
end $$`;

/** Local processes are trusted, since the socket's folder is closed to others. Nobody else comes without the password. */
async function networkOf(
  folder: string,
  { host, port, ranges }: Pick<ServeOptions, 'host' | 'port' | 'ranges'>,
): Promise<Network> {
  const hbaFile = hbaFileOf(folder);
  const lines = [
    'local all all trust',
    ...ranges.map((range) => `host postgres ${ROLE} ${range} scram-sha-256`),
  ];
  await writeFile(hbaFile, `${lines.join('\n')}\n`, { mode: 0o600 });
  const user = await serverUser(folder);
  if (user !== undefined) await chown(hbaFile, user.uid, user.gid);
  return { host, port, hbaFile };
}
