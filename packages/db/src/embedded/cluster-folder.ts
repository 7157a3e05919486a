import { access, constants, mkdir, mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { lockCluster } from './cluster-lock.ts';
import { copiedRecord, recordedFolder, recordFile, renewRecord, writeRecord } from './cluster-record.ts';
import { copyCluster } from './copy-cluster.ts';
import { canEnter, makePrivateFolder, type ServerUser } from './server-user.ts';

const USABLE = constants.R_OK | constants.W_OK | constants.X_OK;

/**
 * The folder of the embedded server: `data/`, its log, usually its socket. It is `<dataDir>/postgres`,
 * or, where the server's user cannot get there (root's server below a folder that is closed to
 * others), one in /var/tmp that `<dataDir>/postgres.json` names.
 *
 * @throws SaeLabError `db.data-missing`, `db.data-unreachable`, `db.data-copied`; file errors as they are
 */
export async function makeClusterFolder(dataDir: string, user: ServerUser | undefined): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  const existing = await findClusterFolder(dataDir);
  if (existing !== undefined) {
    await refuseUnreachable(existing, user);
    // Read-only, or another user's: said here, before Postgres says it less clearly.
    await access(existing, USABLE);
    const data = join(existing, 'data');
    // Not yet there while another process makes it.
    if (await exists(data)) await access(data, USABLE);
    await renewRecord(dataDir);
    return existing;
  }
  const original = await copiedRecord(dataDir);
  if (original) return makeOwnCopy(dataDir, original, user);
  const reachable = await realpath(dataDir);
  if (!(await canEnter(reachable, user))) return makeElsewhere(dataDir, user);
  const folder = join(reachable, 'postgres');
  await makePrivateFolder(folder, user);
  await access(folder, USABLE);
  return folder;
}

/** The folder of the server that was made for `dataDir`; undefined if there is none yet. */
export async function findClusterFolder(dataDir: string): Promise<string | undefined> {
  const recorded = await recordedFolder(dataDir);
  if (recorded === undefined) {
    const folder = join(dataDir, 'postgres');
    return (await exists(join(folder, 'data'))) ? realpath(folder) : undefined;
  }
  if (await exists(recorded)) return recorded;
  throw new SaeLabError('db.data-missing', {
    problem: `the database was kept in ${recorded}, which is gone`,
    field: recordFile(dataDir),
    fix: 'Restore that folder, or remove this file to start with an empty database.',
  });
}

async function makeElsewhere(dataDir: string, user: ServerUser | undefined): Promise<string> {
  const folder = await newFolder(user);
  if (await writeRecord(dataDir, folder, { replace: false })) return folder;
  await rm(folder, { recursive: true });
  return (await recordedFolder(dataDir)) ?? makeElsewhere(dataDir, user);
}

/** A copied data folder has a record of where the original's database is: it gets a copy of that, too. */
async function makeOwnCopy(
  dataDir: string,
  { folder: original, owner }: { folder: string; owner: string },
  user: ServerUser | undefined,
): Promise<string> {
  const lock = lockCluster(original, user);
  if (!lock) {
    throw new SaeLabError('db.data-copied', {
      problem: `this data folder is a copy of ${owner}, whose database is in use and kept in ${original}`,
      field: recordFile(dataDir),
      expected: 'a database that is stopped, to be copied',
      fix: `Run \`pnpm db:stop --data ${owner}\` and start again; or remove this file to start with an empty database.`,
    });
  }
  try {
    const folder = await newFolder(user);
    await copyCluster(original, folder, user);
    await writeRecord(dataDir, folder, { replace: true });
    return folder;
  } finally {
    lock.release();
  }
}

/** A new name each time: the record alone says which folder belongs to this data folder. */
async function newFolder(user: ServerUser | undefined): Promise<string> {
  const folder = await mkdtemp('/var/tmp/sae-lab-');
  await makePrivateFolder(folder, user);
  return folder;
}

async function refuseUnreachable(folder: string, user: ServerUser | undefined): Promise<void> {
  if (await canEnter(folder, user)) return;
  throw new SaeLabError('db.data-unreachable', {
    problem: `the database is in ${folder}, below a folder that is now closed to its server (user ${user?.uid})`,
    fix: `Run \`chmod o+x\` on the folders above ${basename(folder)}, or set DATABASE_URL to a Postgres server.`,
  });
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
