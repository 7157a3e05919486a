import { SaeLabError } from '@sae-lab/errors';
import { startEmbedded } from '../embedded/server.ts';
import { startViewOf } from '../embedded/view.ts';
import type { Access } from './check-server.ts';
import { connectDatabase, type Database } from './connect.ts';
import { migrateDatabase } from './migrate.ts';
import { requireSessions } from './require-sessions.ts';

export interface OpenOptions {
  /** The project's data folder; made if it is missing. */
  dataDir: string;
  /** A Postgres to use instead of the embedded one. Default: `DATABASE_URL` of the environment; '' is none. */
  url?: string | undefined;
  /** Whether the database must be one that can be written (the default). */
  access?: Access;
  onNotice?: (message: string) => void;
}

/**
 * Opens the database, up to date. Without a URL that is a Postgres of our own in `dataDir`, which
 * is made at the first call and goes on running after the process, until `stopEmbedded`.
 *
 * @throws SaeLabError whose code begins with `db.`
 */
export async function openDatabase({
  dataDir,
  url = process.env['DATABASE_URL'],
  access = 'write',
  onNotice,
}: OpenOptions): Promise<Database> {
  // An empty variable is how a shell unsets one.
  const given = url === undefined || url.trim() === '' ? undefined : url;
  if (given !== undefined) await requireSessions(given);
  const location = given ?? (await startServerFor(access, dataDir, onNotice));
  await migrateDatabase(location, access);
  return connectDatabase({ url: location, ...(onNotice && { onNotice }) });
}

/** A data folder that can only be read is served from a copy, to those who only read. */
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
