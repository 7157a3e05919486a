// Opens psql on the database, whose server it starts: `pnpm db:psql [--data DIR] [psql's arguments]`.
import { spawnSync } from 'node:child_process';
import { readArguments } from '@sae-lab/command-line';
import { openDatabase } from '../connection/open-database.ts';
import { dataFolder, runCommand } from './arguments.ts';

const isData = (arg: string | undefined): boolean => arg === '--data' || arg?.startsWith('--data=') === true;

await runCommand(async () => {
  const args = process.argv.slice(2);
  // All else is psql's, which has no such option.
  const own = args.filter((arg, i) => isData(arg) || args[i - 1] === '--data');
  const rest = args.filter((arg, i) => !isData(arg) && args[i - 1] !== '--data');
  const read = readArguments(own, { name: 'pnpm db:psql', options: { data: 'text' } });
  const database = await openDatabase({ dataDir: dataFolder(read?.options.data) });
  await database.close();
  // Ctrl-C is psql's: it cancels a query.
  process.on('SIGINT', () => {});
  const { status, error } = spawnSync('psql', [database.url, ...rest], { stdio: 'inherit' });
  if (error)
    console.error('psql is not installed: install the PostgreSQL client (Debian: postgresql-client).');
  return status ?? 1;
});
