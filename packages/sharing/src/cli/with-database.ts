import { explainError, openDatabase, type Db } from '@sae-lab/db';

/**
 * Opens the database of a data folder while `use` runs.
 *
 * @throws {SaeLabError} `db.*`
 */
export async function withDatabase<T>(dataDir: string, use: (db: Db) => Promise<T>): Promise<T> {
  const database = await openDatabase({
    dataDir,
    onNotice: (line) => void process.stderr.write(`${line}\n`),
  });
  try {
    return await use(database.db);
  } catch (error) {
    throw explainError(error);
  } finally {
    await database.close();
  }
}
