import 'server-only';
import { connectDatabase, type Database } from '@sae-lab/db/reading';
import { SaeLabError } from '@sae-lab/errors';

// On the process, not the module: Next loads modules once for pages and once for route handlers.
const shared = globalThis as { saeLabDatabase?: Promise<Database> | undefined };

/**
 * The one pool of connections of this process, opened by the first who asks.
 *
 * @throws SaeLabError whose code begins with `db.`
 */
export function database(): Promise<Database> {
  shared.saeLabDatabase ??= connect().catch((error: unknown) => {
    // The next one who asks tries again.
    shared.saeLabDatabase = undefined;
    throw error;
  });
  return shared.saeLabDatabase;
}

async function connect(): Promise<Database> {
  const url = process.env['DATABASE_URL'];
  if (url === undefined || url === '') {
    throw new SaeLabError('db.no-url', {
      problem: 'the dashboard was not told which database to read',
      field: 'DATABASE_URL',
      expected: 'the address of a Postgres database',
      received: 'nothing',
      fix: 'Start the dashboard by `pnpm dashboard`, which starts the database of the data folder.',
    });
  }
  return connectDatabase({ url });
}
