// Opens psql on the database, whose server it starts: `pnpm db:psql [--data DIR] [psql's arguments]`.
import { spawnSync } from 'node:child_process';
import { openDatabase } from '../connection/open-database.ts';
import { databaseArguments, runCommand } from './arguments.ts';

await runCommand(async () => {
  const { dataDir, rest } = databaseArguments();
  const database = await openDatabase({ dataDir });
  await database.close();
  const { status, error } = spawnSync('psql', [database.url, ...rest], { stdio: 'inherit' });
  if (error)
    console.error('psql is not installed: install the PostgreSQL client (Debian: postgresql-client).');
  return status ?? 1;
});
