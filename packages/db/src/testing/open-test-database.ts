import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database } from '../connection/connect.ts';
import { openDatabase } from '../connection/open-database.ts';
import { findClusterFolder } from '../embedded/cluster-folder.ts';
import { stopEmbedded } from '../embedded/server.ts';

export interface TestDatabase {
  database: Database;
  dataDir: string;
  /** Closes the database, stops its server and deletes its data folder. */
  stop(): Promise<void>;
}

/** A real, empty, migrated Postgres, whatever `DATABASE_URL` is. Takes about a second. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sae-lab-test-'));
  // A server started by root runs as another user, which must be able to enter.
  await chmod(dataDir, 0o755);
  const database = await openDatabase({ dataDir, url: '' });
  return {
    database,
    dataDir,
    stop: async () => {
      await database.close();
      await removeDataDir(dataDir);
    },
  };
}

/** Stops the embedded server of a data folder and deletes everything, wherever it is stored. */
export async function removeDataDir(dataDir: string): Promise<void> {
  await stopEmbedded(dataDir);
  const folder = await findClusterFolder(dataDir);
  if (folder !== undefined) await rm(folder, { recursive: true });
  await rm(dataDir, { recursive: true });
}
export { startProxy, type Proxy } from './start-proxy.ts';
