import { afterAll, beforeAll } from 'vitest';
import type { Database, Db } from '../connection/connect.ts';
import { openTestDatabase, type TestDatabase } from './open-test-database.ts';

/** The database of a test file. Its members are set once the tests run. */
export interface FileDatabase {
  readonly database: Database;
  readonly db: Db;
  readonly dataDir: string;
}

/**
 * Gives a test file a real, empty Postgres: started before its tests, stopped and removed after them.
 *
 * @example
 * const server = useTestDatabase();
 * test('…', async () => expect(await listSweeps(server.db)).toEqual([]));
 */
export function useTestDatabase(): FileDatabase {
  let opened: TestDatabase | undefined;
  beforeAll(async () => {
    opened = await openTestDatabase();
  });
  afterAll(() => opened?.stop());
  return {
    get database() {
      return opened!.database;
    },
    get db() {
      return opened!.database.db;
    },
    get dataDir() {
      return opened!.dataDir;
    },
  };
}
