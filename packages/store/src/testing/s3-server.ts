import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A real S3 server for tests, with its files in a temporary folder. */
export interface S3Server {
  /** For the processes that use it. */
  readonly env: Readonly<Record<string, string>>;
  readonly bucket: string;
  /** The file of an object, so that a test can damage it. */
  fileOf(key: string): string;
  /** Kills the server. Its files stay. */
  kill(): Promise<void>;
  /** Starts it again at the same address. */
  start(): Promise<void>;
  /** Kills it and removes its files. */
  close(): Promise<void>;
}

const BUCKET = 'lab';
const ACCESS_KEY = 'AKIATESTOFTHELAB';
const SECRET_KEY = 'a-secret-of-the-test';

/**
 * The path of VersityGW (`go install github.com/versity/versitygw/cmd/versitygw@latest`), an S3 server in one file;
 * undefined where it is not installed.
 */
export function findS3Server(): string | undefined {
  const { GOPATH, PATH = '' } = process.env;
  const folders = [...PATH.split(delimiter), join(GOPATH ?? join(homedir(), 'go'), 'bin')];
  return folders.map((folder) => join(folder, 'versitygw')).find(isExecutable);
}

/** @param binary what {@link findS3Server} found */
export async function startS3Server(binary: string): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), 'sae-lab-s3-'));
  const data = join(folder, 'data');
  mkdirSync(join(data, BUCKET), { recursive: true });
  const port = await freePort();
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    server = spawn(binary, ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', data], {
      env: { ...process.env, ROOT_ACCESS_KEY: ACCESS_KEY, ROOT_SECRET_KEY: SECRET_KEY },
      stdio: 'ignore',
    });
    const ended = once(server, 'exit').then(() => 'ended');
    while (!(await accepts(port))) {
      if ((await Promise.race([ended, sleep(20)])) === 'ended') throw new Error('the S3 server ended');
    }
  };
  const kill = async (): Promise<void> => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  };
  await start();
  return {
    env: {
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: ACCESS_KEY,
      AWS_SECRET_ACCESS_KEY: SECRET_KEY,
      AWS_REGION: 'us-east-1',
    },
    bucket: BUCKET,
    fileOf: (key) => join(data, BUCKET, ...key.split('/')),
    kill,
    start,
    async close() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (accepted: boolean): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}
