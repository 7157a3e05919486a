import { SaeLabError } from '@sae-lab/errors';
import { startEmbedded } from '../embedded/server.ts';
import { startViewOf } from '../embedded/view.ts';
import type { Access } from './check-server.ts';
import { connectDatabase, type Database } from './connect.ts';
import { migrateDatabase } from './migrate.ts';
import { requireSessions } from './require-sessions.ts';

export interface OpenOptions {
  /** The project's data folder. Created if missing. */
  dataDir: string;
  /** A Postgres to use instead of the embedded one; '' for none. Default: the environment's `DATABASE_URL`. */
  url?: string | undefined;
  /** Whether the database must be writable, which is the default. */
  access?: Access;
  onNotice?: (message: string) => void;
}

/**
 * Opens the database and applies pending migrations. Without a URL, this is the embedded Postgres in `dataDir`. The first
 * call creates it; it keeps running after the process ends, until `stopEmbedded`.
 *
 * @throws {SaeLabError} with a code that starts with `db.`
 * @example
 * const database = await openDatabase({ dataDir: '.sae-lab' });
 * console.log(await listSweeps(database.db));
 * await database.close();
 */
export async function openDatabase({
  dataDir,
  url = process.env['DATABASE_URL'],
  access = 'write',
  onNotice,
}: OpenOptions): Promise<Database> {
  // Shells unset a variable by setting it to the empty string.
  const given = url === undefined || url.trim() === '' ? undefined : url;
  if (given !== undefined) await requireSessions(given);
  const location = given ?? (await startServerFor(access, dataDir, onNotice));
  await migrateDatabase(location, access);
  return connectDatabase({ url: location, ...(onNotice && { onNotice }) });
}

/** Readers of a read-only data folder get a server on a copy of it. */
async function startServerFor(
  access: Access,
  dataDir: string,
  onNotice: OpenOptions['onNotice'],
): Promise<string> {
  try {
    return await startEmbedded(dataDir, onNotice);
  } catch (error) {
    const unusable = error instanceof SaeLabError && error.code === 'db.data-folder-unusable';
    const viewed = access === 'read' && unusable ? await startViewOf(dataDir, onNotice) : undefined;
    if (viewed === undefined) throw error;
    return viewed;
  }
}
