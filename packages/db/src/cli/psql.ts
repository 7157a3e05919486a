// `pnpm db:psql`
import { spawnSync } from 'node:child_process';
import { runMain } from '@sae-lab/command-line';
import { SaeLabError } from '@sae-lab/errors';
import { parseDatabaseUrl } from '../connection/database-url.ts';
import { openDatabase } from '../connection/open-database.ts';
import { psqlCommand } from './commands.ts';
import { divideArguments } from './divide-arguments.ts';
import { psqlEnvironment } from './psql-environment.ts';

const { own, rest } = divideArguments(process.argv.slice(2));

await runMain(
  psqlCommand,
  async ({ options }) => {
    const database = await openDatabase({ dataDir: options.data, access: 'read' });
    await database.close();
    // psql handles Ctrl-C itself: it cancels a query.
    process.on('SIGINT', () => {});
    const { status, error } = spawnSync('psql', rest, {
      stdio: 'inherit',
      env: { ...process.env, ...psqlEnvironment(parseDatabaseUrl(database.url)) },
    });
    if (error !== undefined) {
      throw new SaeLabError('db.no-psql', {
        problem: 'psql did not start',
        received: error.message,
        fix: 'Install the PostgreSQL client (Debian: postgresql-client).',
        cause: error,
      });
    }
    return status ?? 1;
  },
  own,
);
