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
import { spawnServer, type Network } from './server-process.ts';
import { networkFailure, rememberedNetwork } from './served-network.ts';
import { serverUser, type ServerUser } from './server-user.ts';
import { removeSocket, removeSocketFolder } from './socket-folder.ts';

const POLL_MS = 10;
/** Recovery after a crash replays at most `max_wal_size` of log, which takes seconds. */
const PATIENCE_MS = 60_000;
/** A ready server can be reached. The children of a killed server may still be ending. */
const UNREACHABLE_MS = 5_000;
const SHUTDOWN_MS = 15_000;

/**
 * Starts the embedded Postgres of a data folder, or finds it running, and returns its URL.
 *
 * @param network lets other machines reach a server that this call starts. By default it is reached as before, if it crashed.
 * @throws {SaeLabError} `db.address-unusable`, `db.embedded-failed`, `db.served-elsewhere`, `db.data-folder-unusable`
 */
export async function startEmbedded(
  dataDir: string,
  onNotice?: (message: string) => void,
  network?: Network,
): Promise<string> {
  try {
    const folder = await findClusterFolder(dataDir);
    const running = folder === undefined ? undefined : await findServer(folder);
    return serverUrl(running?.status === 'ready' ? running : await startServer(dataDir, onNotice, network));
  } catch (error) {
    throw explainFileError(error, dataDir);
  }
}

async function startServer(
  dataDir: string,
  onNotice?: (message: string) => void,
  network?: Network,
): Promise<Server> {
  const user = await serverUser(await findClusterFolder(dataDir));
  const binaries = await locateBinaries(user);
  const folder = await makeClusterFolder(dataDir, user);
  const data = join(folder, 'data');
  let reachedOrUnready = Date.now();
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    const postmaster = findPostmaster(data);
    const server = await findServer(folder);
    if (server?.status === 'ready') return server;
    // Something deleted the socket, e.g. a cleaner of /tmp. Nobody can use such a server.
    if (postmaster?.status === 'ready' && !server) signalServer(postmaster, 'SIGINT');
    // Started by an older version, which holds no lock.
    if (postmaster || server) continue;
    const lock = lockCluster(folder, user);
    if (!lock) {
      if (readPostmaster(data)?.status !== 'ready') reachedOrUnready = Date.now();
      if (Date.now() - reachedOrUnready > UNREACHABLE_MS) throw servedElsewhere(folder);
      continue;
    }
    try {
      if (!lock.effective)
        onNotice?.(`The file system of ${folder} does not support locks. Use it from one machine only.`);
      if (!existsSync(data)) onNotice?.(`Creating a database in ${folder}`);
      const reachedAt = network ?? rememberedNetwork(folder);
      if (network === undefined && reachedAt !== undefined) onNotice?.(servedAgain(folder, reachedAt));
      return await launch(folder, binaries, user, lock, deadline, reachedAt);
    } finally {
      lock.release();
    }
  }
  throw findPostmaster(data) ? notReady(folder) : servedElsewhere(folder);
}

/** Starts a server on a cluster. The lock guarantees that it is the only one. */
async function launch(
  folder: string,
  binaries: Binaries,
  user: ServerUser | undefined,
  lock: ClusterLock,
  deadline: number,
  network: Network | undefined,
): Promise<Server> {
  const data = join(folder, 'data');
  for (; Date.now() < deadline; await sleep(10 * POLL_MS)) {
    await clearAfterDeadServer(folder, lock);
    await initializeCluster(folder, binaries, user, lock);
    const started = await spawnServer(folder, binaries, user, lock, network);
    while (started.failure() === undefined && Date.now() < deadline) {
      const status = readPostmaster(data)?.status;
      if (status === 'ready') return { socketFolder: started.socketFolder, status };
      await sleep(POLL_MS);
    }
    const failure = started.failure() ?? '';
    if (failure !== '' && !isTransient(failure)) {
      await removeSocketFolder(started.socketFolder);
      const ofNetwork = network && networkFailure(network, failure);
      if (ofNetwork !== undefined) throw ofNetwork;
      throw serverFailure('the embedded Postgres did not start', { output: failure, folder });
    }
  }
  throw notReady(folder);
}

/**
 * Removes the files of a dead server. If its process id has been reused, or came with a copied folder, Postgres would
 * believe that the server is alive. Nothing outside this folder is touched unless this folder's lock names it.
 */
async function clearAfterDeadServer(folder: string, lock: ClusterLock): Promise<void> {
  await removeSocketFolder(notedSocketFolder(folder));
  lock.noteSocketFolder(undefined);
  await removeSocket(folder);
  await rm(pidFile(join(folder, 'data')), { force: true });
}

/** Stops the embedded server of a data folder; false if none is running. */
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
  // A server that is starting or stopping holds the lock, but its process may not be visible.
  for (const deadline = Date.now() + PATIENCE_MS; !findPostmaster(data); await sleep(POLL_MS)) {
    const server = await findServer(folder);
    if (!server && !isLocked(folder)) return false;
    if (server && !findPostmaster(data)) throw servedElsewhere(folder);
    if (Date.now() > deadline) throw servedElsewhere(folder);
  }
  const postmaster = findPostmaster(data);
  if (!postmaster) return true;
  // Postgres's "fast" shutdown ends all sessions and writes everything.
  signalServer(postmaster, 'SIGINT');
  const deadline = Date.now() + SHUTDOWN_MS;
  for (let urged = false; servesCluster(postmaster.pid, data); await sleep(POLL_MS)) {
    if (urged || Date.now() < deadline) continue;
    // With a full disk, the shutdown may never end. An immediate shutdown loses no commits; the next start recovers
    // them from the log.
    signalServer(postmaster, 'SIGQUIT');
    urged = true;
  }
  await removeSocketFolder(postmaster.socketFolder);
  return true;
}

/** The children of a killed server are still ending (of an older version, which holds no lock). */
function isTransient(failure: string): boolean {
  return /lock file .* (already exists|is empty)|shared memory block .* still in use/.test(failure);
}

function servedAgain(folder: string, { host, port }: Network): string {
  return (
    `The database in ${folder} was lent to other machines when it ended, so they reach it again at ${host}, port ${port}. ` +
    '`pnpm db:stop` ends this.'
  );
}

function notReady(folder: string): SaeLabError {
  return serverFailure(`the embedded Postgres was not ready after ${PATIENCE_MS / 1000} s`, {
    output: '',
    folder,
  });
}

export function servedElsewhere(folder: string): SaeLabError {
  return new SaeLabError('db.served-elsewhere', {
    problem: `another container or machine is running the database in ${folder}`,
    expected: 'no server, or one in this container and on this machine',
    received: 'a lock held by another container or machine',
    fix: 'If it is lent out with `pnpm db:serve`, set DATABASE_URL to what that printed. Otherwise run `pnpm db:stop` there, or use another data folder here.',
  });
}

function serverUrl({ socketFolder }: Server): string {
  return `postgres://sae_lab@localhost/postgres?host=${encodeURIComponent(socketFolder)}&port=5432`;
}
