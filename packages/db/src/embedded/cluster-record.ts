import { randomUUID } from 'node:crypto';
import { link, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { sameFile, type FileIdentity } from './file-identity.ts';

/** Where the cluster of a data folder is kept if it could not be kept in it, and whose it is. */
interface ClusterRecord {
  folder: string;
  /** The data folder that the record was made for; older versions did not say. */
  owner?: FileIdentity & { path: string };
}

export const recordFile = (dataDir: string) => join(dataDir, 'postgres.json');

/** The folder that the record of a data folder names; undefined if there is no record, or it is another folder's. */
export async function recordedFolder(dataDir: string): Promise<string | undefined> {
  const record = await readRecord(dataDir);
  return record && !(await isCopied(record, dataDir)) ? record.folder : undefined;
}

/** The cluster of the data folder that this one is a copy of. */
export async function copiedRecord(dataDir: string): Promise<{ folder: string; owner: string } | undefined> {
  const record = await readRecord(dataDir);
  if (!record?.owner || !(await isCopied(record, dataDir))) return undefined;
  return { folder: record.folder, owner: record.owner.path };
}

/** Makes a record of an older version, or of a folder that was moved to another disk, say whose it is now. */
export async function renewRecord(dataDir: string): Promise<void> {
  const record = await readRecord(dataDir);
  if (!record || (record.owner && sameFile(record.owner, await stat(dataDir)))) return;
  // It counts all the same where it cannot be written.
  await writeRecord(dataDir, record.folder, { replace: true }).catch(() => {});
}

/** Notes where the cluster is; false if another process has written its record first. */
export async function writeRecord(
  dataDir: string,
  folder: string,
  { replace }: { replace: boolean },
): Promise<boolean> {
  const { dev, ino } = await stat(dataDir);
  const record: ClusterRecord = { folder, owner: { dev, ino, path: await realpath(dataDir) } };
  const draft = `${recordFile(dataDir)}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify(record, null, 2)}\n`);
  try {
    if (replace) await rename(draft, recordFile(dataDir));
    // Unlike a rename, a link fails if there is a record.
    else await link(draft, recordFile(dataDir));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(draft, { force: true });
  }
}

/** A folder that was moved to another disk is not the same folder either, but then the owner is gone. */
async function isCopied({ folder, owner }: ClusterRecord, dataDir: string): Promise<boolean> {
  if (owner === undefined || sameFile(owner, await stat(dataDir))) return false;
  const original = await stat(owner.path).catch(() => undefined);
  if (original === undefined || !sameFile(owner, original)) return false;
  return (await readRecord(owner.path))?.folder === folder;
}

async function readRecord(dataDir: string): Promise<ClusterRecord | undefined> {
  let text: string;
  try {
    text = await readFile(recordFile(dataDir), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const record = JSON.parse(text) as ClusterRecord;
    if (typeof record.folder === 'string') return record;
  } catch {
    // Said below.
  }
  throw new SaeLabError('db.data-missing', {
    problem: 'this file should name the folder of the database, but does not',
    field: recordFile(dataDir),
    expected: '{"folder": "/var/tmp/sae-lab-…"}',
    received: text.slice(0, 80),
    fix: 'Restore it, or remove it to start with an empty database.',
  });
}
