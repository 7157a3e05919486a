/** The database and the store of a cluster, in the hub of its network. They can be killed and started again. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openDatabase, type Database } from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { findS3Server } from '@sae-lab/store/testing';
import { newDataDir } from '../../sweep-command.ts';
import { postmasterOf } from '../processes.ts';
import type { Network } from './network.ts';

/** Something that machines depend on. */
interface Server {
  /** For the processes that use it. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

export interface DatabaseServer extends Server {
  /** By its Unix socket, which is reached from any network. */
  open(): Promise<Database>;
}

export interface StoreServer extends Server {
  readonly kind: StoreKind;
  /** The folder with its files, while it is up. */
  readonly files: string;
}

export type StoreKind = 's3' | 'folder';

/** The kinds that can be tested here. */
export const STORE_KINDS: readonly StoreKind[] = findS3Server() === undefined ? ['folder'] : ['s3', 'folder'];

const SERVE = fileURLToPath(import.meta.resolve('../../../packages/db/src/cli/serve.ts'));
const S3_PORT = 7070;
const POLL_MS = 50;

/** `pnpm db:serve`, in the hub. */
export async function startDatabase({ inHub, address }: Network): Promise<DatabaseServer> {
  const { PATH } = process.env;
  const dataDir = await newDataDir();
  const [command, ...args] = [...inHub, process.execPath, SERVE, '--host', address, '--data', dataDir];
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', env: withoutDatabase() });
  if (status !== 0) throw new Error(`pnpm db:serve ended with ${status}:\n${stderr}`);
  const data = join(dataDir, 'postgres', 'data');
  const local = await openDatabase({ dataDir, url: '' });
  await local.close();
  return {
    // Without the address, this would start the server if it is down, for this machine only.
    open: () => openDatabase({ dataDir, url: local.url }),
    env: { DATABASE_URL: readFileSync(join(dataDir, 'served-url'), 'utf8').trim() },
    async stop() {
      const pid = postmasterOf(dataDir);
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    },
    // As an init system would: the same command line as the same user. It fails until the processes of the killed one have
    // noticed.
    async start() {
      const options = readFileSync(join(data, 'postmaster.opts'), 'utf8').trim();
      const { uid, gid } = statSync(data);
      const [namespace, ...rest] = inHub;
      while (!isReady(data)) {
        const server = spawn(
          namespace!,
          [...rest, '--setuid', String(uid), '--setgid', String(gid), ...wordsOf(options)],
          {
            cwd: join(dataDir, 'postgres'),
            detached: true,
            stdio: 'ignore',
            env: { PATH, LC_ALL: 'C', TZ: 'UTC' },
          },
        );
        const ended = once(server, 'exit').then(() => true);
        server.unref();
        while (!isReady(data) && !(await Promise.race([ended, sleep(POLL_MS, false)])));
      }
    },
    remove: () => removeDataDir(dataDir),
  };

  /** Whether a living server accepts connections. */
  function isReady(folder: string): boolean {
    return (
      postmasterOf(dataDir) !== undefined &&
      readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[7]?.trim() === 'ready'
    );
  }
}

/** The words of `postmaster.opts`: `/path/postgres "-D" "/data"`. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|([^" ]+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
}

function withoutDatabase(): NodeJS.ProcessEnv {
  return { ...process.env, DATABASE_URL: '' };
}

export function startStore(kind: StoreKind, network: Network): Promise<StoreServer> {
  return kind === 's3' ? startS3(network) : mountFolder();
}

async function startS3({ inHub, address }: Network): Promise<StoreServer> {
  const folder = mkdtempSync(join(tmpdir(), 'sae-lab-s3-'));
  const data = join(folder, 'data');
  mkdirSync(join(data, 'lab'), { recursive: true });
  const keys = { access: 'AKIATESTOFTHELAB', secret: 'a-secret-of-the-test' };
  let server: ChildProcess | undefined;
  const isUp = (): boolean => server !== undefined && server.exitCode === null && server.signalCode === null;
  const stop = async (): Promise<void> => {
    if (!isUp()) return;
    const ended = once(server!, 'exit');
    server!.kill('SIGKILL');
    await ended;
  };
  const start = async (): Promise<void> => {
    // Two outages may overlap. A second server would replace the first one in this variable, and nobody would end that.
    if (isUp()) return;
    const [command, ...args] = [...inHub, findS3Server()!, '--port', `${address}:${S3_PORT}`];
    server = spawn(command, [...args, '--quiet', 'posix', data], {
      env: { ...process.env, ROOT_ACCESS_KEY: keys.access, ROOT_SECRET_KEY: keys.secret },
      stdio: 'ignore',
    });
    const [hub, ...rest] = [...inHub, 'bash', '-c', `</dev/tcp/${address}/${S3_PORT}`];
    while (spawnSync(hub, rest, { stdio: 'ignore' }).status !== 0) await sleep(POLL_MS);
  };
  await start();
  return {
    kind: 's3',
    files: join(data, 'lab', 'prefix'),
    env: {
      SAE_LAB_STORE: 's3://lab/prefix',
      AWS_ENDPOINT_URL_S3: `http://${address}:${S3_PORT}`,
      AWS_ACCESS_KEY_ID: keys.access,
      AWS_SECRET_ACCESS_KEY: keys.secret,
      AWS_REGION: 'us-east-1',
    },
    stop,
    start,
    async remove() {
      await stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A folder that all machines mount. While its mount is gone, an empty folder is there instead. */
async function mountFolder(): Promise<StoreServer> {
  const parent = mkdtempSync(join(tmpdir(), 'sae-lab-store-'));
  const [folder, away] = [join(parent, 'mounted'), join(parent, 'away')];
  mkdirSync(folder);
  return {
    kind: 'folder',
    files: folder,
    env: { SAE_LAB_STORE: folder },
    async stop() {
      if (existsSync(away)) return;
      renameSync(folder, away);
      mkdirSync(folder);
    },
    async start() {
      if (!existsSync(away)) return;
      // Nobody may have written into the empty one.
      rmSync(folder, { recursive: true });
      renameSync(away, folder);
    },
    remove: async () => rmSync(parent, { recursive: true }),
  };
}
