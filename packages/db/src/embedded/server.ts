import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findClusterFolder, makeClusterFolder } from './cluster-folder.ts';
import { initializeCluster } from './initialize-cluster.ts';
import { locateBinaries } from './locate-binaries.ts';
import {
  findPostmaster,
  readPostmaster,
  removeEmptyLocks,
  type Postmaster,
  servesCluster,
  signalServer,
} from './postmaster.ts';
import {
  explainFileError,
  removeSocketFolder,
  serverFailure,
  type ServerProcess,
  spawnServer,
} from './server-process.ts';
import { serverUser } from './server-user.ts';

const POLL_MS = 10;
/** Recovery after a crash replays at most `max_wal_size` of log: seconds, not minutes. */
const PATIENCE_MS = 60_000;
const SHUTDOWN_MS = 15_000;

/**
 * Starts the embedded Postgres of a data folder, or finds it running, and returns its URL. No lock
 * of our own is needed between processes: Postgres lets one server have the data, whoever comes
 * second waits for that one.
 */
export async function startEmbedded(dataDir: string, onNotice?: (message: string) => void): Promise<string> {
  try {
    return serverUrl((await runningServer(dataDir)) ?? (await startServer(dataDir, onNotice)));
  } catch (error) {
    throw explainFileError(error, dataDir);
  }
}

async function startServer(dataDir: string, onNotice?: (message: string) => void): Promise<Postmaster> {
  const user = await serverUser(await findClusterFolder(dataDir));
  const binaries = await locateBinaries(user);
  const folder = await makeClusterFolder(dataDir, user);
  const data = join(folder, 'data');
  if (!existsSync(data)) onNotice?.(`Making a database in ${folder}`);
  await initializeCluster(folder, binaries, user);

  let started: ServerProcess | undefined;
  const deadline = Date.now() + PATIENCE_MS;
  for (; ; await sleep(POLL_MS)) {
    const failure = started?.failure();
    if (started && failure !== undefined) {
      await removeEmptyLocks(data, started.socketFolder);
      await removeSocketFolder(started.socketFolder);
      started = undefined;
      if (!isTransient(failure)) throw serverFailure('the embedded Postgres did not start', failure);
      await sleep(10 * POLL_MS);
    }
    const postmaster = await findPostmaster(data);
    if (postmaster?.status === 'ready') {
      if (existsSync(socketOf(postmaster))) return postmaster;
      // Something swept the socket away (a cleaner of /tmp): such a server is of no use to anyone.
      signalServer(postmaster, 'SIGINT');
    } else if (!postmaster && !started) {
      await removeSocketFolder(readPostmaster(data)?.socketFolder ?? '');
      started = await spawnServer(folder, binaries, user);
    }
    if (Date.now() > deadline) {
      throw serverFailure(`the embedded Postgres was not ready after ${PATIENCE_MS / 1000} s`, '');
    }
  }
}

/** Stops the embedded server of a data folder after its last transaction; false if none runs. */
export async function stopEmbedded(dataDir: string): Promise<boolean> {
  const folder = await findClusterFolder(dataDir);
  if (folder === undefined) return false;
  const data = join(folder, 'data');
  const postmaster = await findPostmaster(data);
  if (!postmaster) return false;
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

async function runningServer(dataDir: string): Promise<Postmaster | undefined> {
  const folder = await findClusterFolder(dataDir);
  const postmaster = folder === undefined ? undefined : await findPostmaster(join(folder, 'data'));
  return postmaster?.status === 'ready' && existsSync(socketOf(postmaster)) ? postmaster : undefined;
}

/** Another server had the data or was about to have it, or the children of a killed one were still about to end. */
function isTransient(failure: string): boolean {
  return /lock file .* (already exists|is empty)|shared memory block .* still in use|bogus data in lock file/.test(
    failure,
  );
}

const socketOf = ({ socketFolder }: Postmaster) => join(socketFolder, '.s.PGSQL.5432');

function serverUrl({ socketFolder }: Postmaster): string {
  return `postgres://sae_lab@localhost/postgres?host=${encodeURIComponent(socketFolder)}`;
}
