import { SaeLabError } from '@sae-lab/errors';
import { startEmbedded } from '../embedded/server.ts';
import { startViewOf } from '../embedded/view.ts';
import type { Access } from './check-server.ts';
import { connectDatabase, type Database } from './connect.ts';
import { migrateDatabase } from './migrate.ts';
import { requireDirect } from './direct-url.ts';
import { findPooler } from './find-pooler.ts';
import { asPooled } from './pooled.ts';

export interface OpenOptions {
  /** The project's data folder. Created if missing. */
  dataDir: string;
  /** A Postgres to use instead of the embedded one; '' for none. Default: the environment's `DATABASE_URL`. */
  url?: string | undefined;
  /** A URL of the same database past a pooler. Default: the environment's `SAE_LAB_DIRECT_URL`. */
  directUrl?: string | undefined;
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
  directUrl = process.env['SAE_LAB_DIRECT_URL'],
  access = 'write',
  onNotice,
}: OpenOptions): Promise<Database> {
  const given = unlessEmpty(url);
  const location =
    given === undefined
      ? { url: await startServerFor(access, dataDir, onNotice) }
      : await pastPooler(given, unlessEmpty(directUrl), onNotice);
  await migrateDatabase(location.directUrl ?? location.url, access);
  return connectDatabase({ ...location, ...(onNotice && { onNotice }) });
}

/** Shells unset a variable by setting it to the empty string. */
function unlessEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}

/** Marks the URL of a pooler that shares sessions, and says what is different behind it. */
async function pastPooler(
  url: string,
  directUrl: string | undefined,
  onNotice: OpenOptions['onNotice'],
): Promise<Pick<Database, 'url' | 'directUrl'>> {
  if ((await findPooler(url)) === undefined) return { url };
  const pooled = asPooled(url);
  if (directUrl === undefined) {
    onNotice?.(
      'DATABASE_URL leads to a pooler that shares sessions. The runs of a machine that dies are free after 15 s instead of ' +
        "at once, and pages ask for changes. SAE_LAB_DIRECT_URL, with the server's own address, avoids both.",
    );
    return { url: pooled };
  }
  await requireDirect(directUrl, pooled);
  return { url: pooled, directUrl };
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
