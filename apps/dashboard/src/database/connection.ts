import 'server-only';
import { connectDatabase, type Database } from '@sae-lab/db/reading';
import { SaeLabError } from '@sae-lab/errors';

// Kept on globalThis: Next loads modules once for pages and once for route handlers.
const shared = globalThis as { saeLabDatabase?: Promise<Database> | undefined };

/**
 * The connection pool of this process, opened on first use.
 *
 * @throws {SaeLabError} with a code that starts with `db.`
 */
export function database(): Promise<Database> {
  shared.saeLabDatabase ??= connect().catch((error: unknown) => {
    // The next caller tries again.
    shared.saeLabDatabase = undefined;
    throw error;
  });
  return shared.saeLabDatabase;
}

async function connect(): Promise<Database> {
  const url = process.env['DATABASE_URL'];
  if (url === undefined || url === '') {
    throw new SaeLabError('db.no-url', {
      problem: 'no database address was given to the dashboard',
      field: 'DATABASE_URL',
      expected: 'the address of a Postgres database',
      received: 'nothing',
      fix: 'Start the dashboard with `pnpm dashboard`, which also starts the database of the data folder.',
    });
  }
  return connectDatabase({ url });
}
