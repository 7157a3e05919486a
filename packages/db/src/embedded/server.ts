import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SaeLabError } from '@sae-lab/errors';
import { findClusterFolder, makeClusterFolder } from './cluster-folder.ts';
import { isLocked, lockCluster, notedSocketFolder, type ClusterLock } from './cluster-lock.ts';
import { explainFileError, serverFailure } from './explain-failure.ts';
import { findServer, type Server } from './find-server.ts';
import { initializeCluster } from './initialize-cluster.ts';
import { locateBinaries, type Binaries } from './locate-binaries.ts';
import { findPostmaster, pidFile, readPostmaster, servesCluster, signalServer } from './postmaster.ts';
import { spawnServer } from './server-process.ts';
import { serverUser, type ServerUser } from './server-user.ts';
import { removeSocket, removeSocketFolder } from './socket-folder.ts';

const POLL_MS = 10;
/** Recovery after a crash replays at most `max_wal_size` of log: seconds, not minutes. */
const PATIENCE_MS = 60_000;
/** A server that is ready can be reached. The children of a killed one may still be about to end. */
const UNREACHABLE_MS = 5_000;
const SHUTDOWN_MS = 15_000;

/** Starts the embedded Postgres of a data folder, or finds it running, and returns its URL. */
export async function startEmbedded(dataDir: string, onNotice?: (message: string) => void): Promise<string> {
  try {
    const folder = await findClusterFolder(dataDir);
    const running = folder === undefined ? undefined : await findServer(folder);
    return serverUrl(running?.status === 'ready' ? running : await startServer(dataDir, onNotice));
  } catch (error) {
    throw explainFileError(error, dataDir);
  }
}

async function startServer(dataDir: string, onNotice?: (message: string) => void): Promise<Server> {
  const user = await serverUser(await findClusterFolder(dataDir));
  const binaries = await locateBinaries(user);
  const folder = await makeClusterFolder(dataDir, user);
  const data = join(folder, 'data');
  let reachedOrUnready = Date.now();
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    const postmaster = findPostmaster(data);
    const server = await findServer(folder);
    if (server?.status === 'ready') return server;
    // Something swept the socket away (a cleaner of /tmp): such a server is of no use to anyone.
    if (postmaster?.status === 'ready' && !server) signalServer(postmaster, 'SIGINT');
    // Of an older version, which holds no lock.
    if (postmaster || server) continue;
    const lock = lockCluster(folder, user);
    if (!lock) {
      if (readPostmaster(data)?.status !== 'ready') reachedOrUnready = Date.now();
      if (Date.now() - reachedOrUnready > UNREACHABLE_MS) throw servedElsewhere(folder);
      continue;
    }
    try {
      if (!lock.effective)
        onNotice?.(`The file system of ${folder} has no locks: use it from one machine only.`);
      if (!existsSync(data)) onNotice?.(`Making a database in ${folder}`);
      return await launch(folder, binaries, user, lock, deadline);
    } finally {
      lock.release();
    }
  }
  throw findPostmaster(data) ? notReady(folder) : servedElsewhere(folder);
}

/** Starts a server on a cluster that nobody else works on: the lock says so. */
async function launch(
  folder: string,
  binaries: Binaries,
  user: ServerUser | undefined,
  lock: ClusterLock,
  deadline: number,
): Promise<Server> {
  const data = join(folder, 'data');
  for (; Date.now() < deadline; await sleep(10 * POLL_MS)) {
    await clearAfterDeadServer(folder, lock);
    await initializeCluster(folder, binaries, user, lock);
    const started = await spawnServer(folder, binaries, user, lock);
    while (started.failure() === undefined && Date.now() < deadline) {
      const status = readPostmaster(data)?.status;
      if (status === 'ready') return { socketFolder: started.socketFolder, status };
      await sleep(POLL_MS);
    }
    const failure = started.failure() ?? '';
    if (failure !== '' && !isTransient(failure)) {
      await removeSocketFolder(started.socketFolder);
      throw serverFailure('the embedded Postgres did not start', { output: failure, folder });
    }
  }
  throw notReady(folder);
}

/**
 * Removes what a dead server left. Postgres would take it for that of a living one where its process number is in use
 * again, or was another one's from the start, in a copied folder. Nothing outside of this folder is touched unless
 * this very folder's lock names it.
 */
async function clearAfterDeadServer(folder: string, lock: ClusterLock): Promise<void> {
  await removeSocketFolder(notedSocketFolder(folder));
  lock.noteSocketFolder(undefined);
  await removeSocket(folder);
  await rm(pidFile(join(folder, 'data')), { force: true });
}

/** Stops the embedded server of a data folder after its last transaction; false if none runs. */
export async function stopEmbedded(dataDir: string): Promise<boolean> {
  try {
    return await stopServer(dataDir);
  } catch (error) {
    throw explainFileError(error, dataDir);
  }
}

async function stopServer(dataDir: string): Promise<boolean> {
  const folder = await findClusterFolder(dataDir);
  if (folder === undefined) return false;
  const data = join(folder, 'data');
  // One that is about to start or to end has the lock, but no process to be seen.
  for (const deadline = Date.now() + PATIENCE_MS; !findPostmaster(data); await sleep(POLL_MS)) {
    const server = await findServer(folder);
    if (!server && !isLocked(folder)) return false;
    if (server && !findPostmaster(data)) throw servedElsewhere(folder);
    if (Date.now() > deadline) throw servedElsewhere(folder);
  }
  const postmaster = findPostmaster(data);
  if (!postmaster) return true;
  // Postgres's "fast" shutdown: sessions are ended, everything is written.
  signalServer(postmaster, 'SIGINT');
  const deadline = Date.now() + SHUTDOWN_MS;
  for (let urged = false; servesCluster(postmaster.pid, data); await sleep(POLL_MS)) {
    if (urged || Date.now() < deadline) continue;
    // Seen with a full disk: the shutdown never ends. An immediate one loses nothing that was
    // committed; the next start recovers it from the log.
    signalServer(postmaster, 'SIGQUIT');
    urged = true;
  }
  await removeSocketFolder(postmaster.socketFolder);
  return true;
}

/** The children of a killed server, of an older version without a lock, are still about to end. */
function isTransient(failure: string): boolean {
  return /lock file .* (already exists|is empty)|shared memory block .* still in use/.test(failure);
}

function notReady(folder: string): SaeLabError {
  return serverFailure(`the embedded Postgres was not ready after ${PATIENCE_MS / 1000} s`, {
    output: '',
    folder,
  });
}

export function servedElsewhere(folder: string): SaeLabError {
  return new SaeLabError('db.served-elsewhere', {
    problem: `the database in ${folder} is served by a process that cannot be reached from here`,
    expected: 'a server in the same container and on the same machine, or none',
    received: 'a lock that another container or machine holds',
    fix: 'Run `pnpm db:stop` where that server runs, or use another data folder here.',
  });
}

function serverUrl({ socketFolder }: Server): string {
  return `postgres://sae_lab@localhost/postgres?host=${encodeURIComponent(socketFolder)}&port=5432`;
}
