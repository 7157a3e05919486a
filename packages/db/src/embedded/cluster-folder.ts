import {
  access,
  constants,
  link,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { basename, join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { SaeLabError } from '@sae-lab/errors';
import { canEnter, makePrivateFolder, type ServerUser } from './server-user.ts';

/**
 * The folder of the embedded server: `data/`, its log, usually its socket. It is `<dataDir>/postgres`,
 * or, where the server's user cannot get there (root's server below a folder that is closed to
 * others), one in /var/tmp that `<dataDir>/postgres.json` names.
 *
 * @throws SaeLabError `db.data-missing`, `db.data-unreachable`; file errors as they are
 */
export async function makeClusterFolder(dataDir: string, user: ServerUser | undefined): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  const existing = await findClusterFolder(dataDir);
  if (existing !== undefined) {
    await refuseUnreachable(existing, user);
    return existing;
  }
  const reachable = await realpath(dataDir);
  if (!(await canEnter(reachable, user))) return makeElsewhere(dataDir, user);
  const folder = join(reachable, 'postgres');
  await makePrivateFolder(folder, user);
  // Another user may have made it: said here, before Postgres says it less clearly.
  await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  return folder;
}

/** The folder of the server that was made for `dataDir`; undefined if there is none yet. */
export async function findClusterFolder(dataDir: string): Promise<string | undefined> {
  const recorded = await readRecord(dataDir);
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
  // A new name each time: the record alone says which folder belongs to this data folder.
  const folder = await mkdtemp('/var/tmp/sae-lab-');
  await makePrivateFolder(folder, user);
  const draft = `${recordFile(dataDir)}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify({ folder }, null, 2)}\n`);
  try {
    // Unlike a rename, a link fails if another process has written its record first.
    await link(draft, recordFile(dataDir));
    return folder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    await rm(folder, { recursive: true });
    return (await readRecord(dataDir)) ?? makeElsewhere(dataDir, user);
  } finally {
    await rm(draft);
  }
}

async function refuseUnreachable(folder: string, user: ServerUser | undefined): Promise<void> {
  if (await canEnter(folder, user)) return;
  throw new SaeLabError('db.data-unreachable', {
    problem: `the database is in ${folder}, below a folder that is now closed to its server (user ${user?.uid})`,
    fix: `Run \`chmod o+x\` on the folders above ${basename(folder)}, or set DATABASE_URL to a Postgres server.`,
  });
}

const recordFile = (dataDir: string) => join(dataDir, 'postgres.json');

async function readRecord(dataDir: string): Promise<string | undefined> {
  try {
    const { folder } = JSON.parse(await readFile(recordFile(dataDir), 'utf8')) as { folder: string };
    return folder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (!(error instanceof SyntaxError)) throw error;
    throw new SaeLabError('db.data-missing', {
      problem: 'this file should name the folder of the database, but is not JSON',
      field: recordFile(dataDir),
      expected: '{"folder": "/var/tmp/sae-lab-…"}',
      fix: 'Restore it, or remove it to start with an empty database.',
      cause: error,
    });
  }
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
