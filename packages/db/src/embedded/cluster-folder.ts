import { access, constants, mkdir, mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';
import { lockCluster } from './cluster-lock.ts';
import { copiedRecord, recordedFolder, recordFile, renewRecord, writeRecord } from './cluster-record.ts';
import { copyCluster } from './copy-cluster.ts';
import { canEnter, makePrivateFolder, type ServerUser } from './server-user.ts';

const USABLE = constants.R_OK | constants.W_OK | constants.X_OK;

/**
 * Creates the folder of the embedded server, with `data/`, its log and usually its socket. This is `<dataDir>/postgres`.
 * If the server's user cannot enter that (a server run by root, below a folder closed to others), it is a folder in
 * /var/tmp that `<dataDir>/postgres.json` names.
 *
 * @throws {SaeLabError} `db.data-missing`, `db.data-unreachable`, `db.data-copied`; file errors unchanged
 */
export async function makeClusterFolder(dataDir: string, user: ServerUser | undefined): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  const existing = await findClusterFolder(dataDir);
  if (existing !== undefined) {
    await refuseUnreachable(existing, user);
    // Checked here, since Postgres reports a read-only or foreign folder less clearly.
    await access(existing, USABLE);
    const data = join(existing, 'data');
    // May not exist yet while another process creates it.
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

/** The folder of the server of `dataDir`; undefined if there is none yet. */
export async function findClusterFolder(dataDir: string): Promise<string | undefined> {
  const recorded = await recordedFolder(dataDir);
  if (recorded === undefined) {
    const folder = join(dataDir, 'postgres');
    return (await exists(join(folder, 'data'))) ? realpath(folder) : undefined;
  }
  if (await exists(recorded)) return recorded;
  throw new SaeLabError('db.data-missing', {
    problem: `the folder of the database, ${recorded}, is gone`,
    field: recordFile(dataDir),
    fix: 'Restore the folder, or delete this file to start with an empty database.',
  });
}

async function makeElsewhere(dataDir: string, user: ServerUser | undefined): Promise<string> {
  const folder = await newFolder(user);
  if (await writeRecord(dataDir, folder, { replace: false })) return folder;
  await rm(folder, { recursive: true });
  return (await recordedFolder(dataDir)) ?? makeElsewhere(dataDir, user);
}

/** A copied data folder still records the original's database. It gets its own copy of that database. */
async function makeOwnCopy(
  dataDir: string,
  { folder: original, owner }: { folder: string; owner: string },
  user: ServerUser | undefined,
): Promise<string> {
  const lock = lockCluster(original, user);
  if (!lock) {
    throw new SaeLabError('db.data-copied', {
      problem: `this data folder is a copy of ${owner}, whose database in ${original} is running`,
      field: recordFile(dataDir),
      expected: 'a stopped database, which can be copied',
      fix: `Run \`pnpm db:stop --data ${owner}\` and start again, or delete this file to start with an empty database.`,
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

/** The name is new each time. Only the record connects the folder to its data folder. */
async function newFolder(user: ServerUser | undefined): Promise<string> {
  const folder = await mkdtemp('/var/tmp/sae-lab-');
  await makePrivateFolder(folder, user);
  return folder;
}

async function refuseUnreachable(folder: string, user: ServerUser | undefined): Promise<void> {
  if (await canEnter(folder, user)) return;
  throw new SaeLabError('db.data-unreachable', {
    problem: `the database server (user ${user?.uid}) can no longer enter ${folder}`,
    fix: `Run \`chmod o+x\` on the folders above ${basename(folder)}, or set DATABASE_URL to a Postgres server.`,
  });
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
