// Opens psql on the database, whose server it starts: `pnpm db:psql [--data DIR] [psql's arguments]`.
import { spawnSync } from 'node:child_process';
import { parseDatabaseUrl } from '../connection/database-url.ts';
import { openDatabase } from '../connection/open-database.ts';
import { psqlArguments, runCommand } from './arguments.ts';
import { psqlEnvironment } from './psql-environment.ts';

await runCommand(async () => {
  const { dataDir, rest } = psqlArguments(process.argv.slice(2));
  const database = await openDatabase({ dataDir, access: 'read' });
  await database.close();
  // Ctrl-C is psql's: it cancels a query.
  process.on('SIGINT', () => {});
  const { status, error } = spawnSync('psql', rest, {
    stdio: 'inherit',
    env: { ...process.env, ...psqlEnvironment(parseDatabaseUrl(database.url)) },
  });
  if (error)
    console.error('psql is not installed: install the PostgreSQL client (Debian: postgresql-client).');
  return status ?? 1;
});
