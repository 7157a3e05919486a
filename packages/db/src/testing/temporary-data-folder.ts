import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach } from 'vitest';
import { openDatabase } from '../connection/open-database.ts';
import type { ServerUser } from '../embedded/server-user.ts';
import { removeDataDir } from './open-test-database.ts';

const script = join(import.meta.dirname, 'open-and-print.ts');
const dataDirs: string[] = [];
const parents: string[] = [];

afterEach(async () => {
  for (const dataDir of dataDirs.splice(0)) if (existsSync(dataDir)) await removeDataDir(dataDir);
  for (const parent of parents.splice(0)) rmSync(parent, { recursive: true });
});

/** A data folder in a parent with the mode `parentMode`. Its server is stopped and the folder deleted after the test. */
export function newDataDir(name = 'data', parentMode = 0o755): string {
  const parent = mkdtempSync(join(tmpdir(), 'sae-lab-test-'));
  chmodSync(parent, parentMode);
  parents.push(parent);
  return toBeRemoved(join(parent, name));
}

export function toBeRemoved(dataDir: string): string {
  dataDirs.push(dataDir);
  return dataDir;
}

/** Opens the database, starting it if needed; returns the server's start time. */
export async function openHere(dataDir: string): Promise<string> {
  const database = await openDatabase({ dataDir, url: '' });
  const [row] = await database.sql`select pg_postmaster_start_time()::text as started`;
  await database.close();
  return row!['started'] as string;
}

/** Opens the database from a separate process; returns the server's start time. */
export async function openElsewhere(
  dataDir: string,
  { user, within = [], read = false }: { user?: ServerUser; within?: string[]; read?: boolean } = {},
): Promise<string> {
  const command = [...within, process.execPath, script, dataDir, ...(read ? ['read'] : [])];
  const { stdout } = await promisify(execFile)(command[0]!, command.slice(1), { ...user, cwd: '/' });
  return stdout.trim();
}
