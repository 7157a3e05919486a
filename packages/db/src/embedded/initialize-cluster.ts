import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { once } from 'node:events';
import type { ClusterLock } from './cluster-lock.ts';
import { serverFailure } from './explain-failure.ts';
import type { Binaries } from './locate-binaries.ts';
import { serverEnvironment } from './server-process.ts';
import { makePrivateFolder, type ServerUser } from './server-user.ts';
import { makeSocketFolder, nameForPostgres, removeSocketFolder } from './socket-folder.ts';

/**
 * Creates an empty cluster in `<folder>/data` unless there is one. A final rename makes it appear complete, so an
 * interrupted initdb is never mistaken for a database. The caller and initdb hold the lock.
 */
export async function initializeCluster(
  folder: string,
  binaries: Binaries,
  user: ServerUser | undefined,
  lock: ClusterLock,
): Promise<void> {
  const data = join(folder, 'data');
  await removeInterrupted(folder);
  if (await stat(data).catch(() => undefined)) return;
  const draft = await mkdtemp(join(folder, DRAFT));
  const short = await makeSocketFolder(folder, user);
  try {
    await makePrivateFolder(draft, user);
    await initdb(folder, await nameForPostgres(draft, short), binaries, user, lock);
    await rename(draft, data);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  } finally {
    await removeSocketFolder(short);
  }
}

async function initdb(
  folder: string,
  pgdata: string,
  binaries: Binaries,
  user: ServerUser | undefined,
  lock: ClusterLock,
): Promise<void> {
  const child = spawn(
    binaries.initdb,
    [
      '--username=sae_lab',
      '--auth=trust',
      '--encoding=UTF8',
      // Postgres's built-in C.UTF-8, since not every system has that locale.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      // Containers may have almost no /dev/shm.
      '--set=dynamic_shared_memory_type=mmap',
      `--pgdata=${pgdata}`,
    ],
    { ...user, cwd: folder, env: serverEnvironment(), stdio: ['ignore', 'pipe', 'pipe', lock.fd] },
  );
  const [output, [code, signal]] = await Promise.all([
    Promise.all([text(child.stdout!), text(child.stderr!)]),
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  if (code === 0) return;
  const ending = signal === 'SIGXFSZ' ? 'File size limit exceeded' : (signal ?? '');
  throw serverFailure('initdb could not create the database', {
    output: `${output[1]}\n${ending}`,
    folder,
  });
}

const DRAFT = 'data.initdb-';

async function removeInterrupted(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(DRAFT)) continue;
    // An initdb started by an older version may still be running and creating files until it misses the deleted ones.
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
  }
}
