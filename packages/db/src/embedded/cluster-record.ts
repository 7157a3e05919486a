import { randomUUID } from 'node:crypto';
import { link, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { sameFile, type FileIdentity } from './file-identity.ts';

/** Records the location and the owner of a cluster that could not be stored in its data folder. */
interface ClusterRecord {
  folder: string;
  /** The data folder that the record belongs to. Older versions did not record it. */
  owner?: FileIdentity & { path: string };
}

export const recordFile = (dataDir: string) => join(dataDir, 'postgres.json');

/** The folder recorded for a data folder; undefined without a record, or if the record belongs to another folder. */
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

/** Updates the owner in a record of an older version or of a folder that moved to another disk. */
export async function renewRecord(dataDir: string): Promise<void> {
  const record = await readRecord(dataDir);
  if (!record || (record.owner && sameFile(record.owner, await stat(dataDir)))) return;
  // The record stays valid if it cannot be rewritten.
  await writeRecord(dataDir, record.folder, { replace: true }).catch(() => {});
}

/** Records the cluster's folder; false if another process wrote its record first. */
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
    // Unlike rename, link fails if the file exists.
    else await link(draft, recordFile(dataDir));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(draft, { force: true });
  }
}

/** A folder moved to another disk also has a new identity, but the recorded owner no longer exists. */
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
    // Reported below.
  }
  throw new SaeLabError('db.data-missing', {
    problem: 'the file does not name the folder of the database',
    field: recordFile(dataDir),
    expected: '{"folder": "/var/tmp/sae-lab-…"}',
    received: text.slice(0, 80),
    fix: 'Restore the file, or delete it to start with an empty database.',
  });
}
