import { openDatabase, type Database, type Db } from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { afterEach, beforeEach } from 'vitest';
import { newDataDir } from './sweep-command.ts';

/** The data folder of one test, and its embedded database. */
export interface QueueDatabase {
  readonly dataDir: string;
  readonly database: Database;
  readonly db: Db;
}

/**
 * Gives each test of a file its own data folder with a database, removed afterwards.
 *
 * @example
 * const test = useQueueDatabase();
 * it('…', async () => expect((await sweep('tiny.ts', test.dataDir)).code).toBe(0));
 */
export function useQueueDatabase(): QueueDatabase {
  let dataDir: string;
  let database: Database;
  beforeEach(async () => {
    dataDir = await newDataDir();
    database = await openDatabase({ dataDir, url: '' });
  });
  afterEach(async () => {
    await database.close();
    await removeDataDir(dataDir);
  });
  return {
    get dataDir() {
      return dataDir;
    },
    get database() {
      return database;
    },
    get db() {
      return database.db;
    },
  };
}
