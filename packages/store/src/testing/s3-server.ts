import { PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** A real S3 server for tests, with its files in a temporary folder. */
export interface S3Server {
  /** For the processes that use it. */
  readonly env: Readonly<Record<string, string>>;
  readonly bucket: string;
  /** The file of an object, so that a test can damage it. */
  fileOf(key: string): string;
  /**
   * Makes a user who may do this and nothing else, or changes what a user may do.
   *
   * @returns the environment of that user's processes
   */
  allow(user: string, actions: readonly S3Action[]): Promise<Readonly<Record<string, string>>>;
  /** Kills the server. Its files stay. */
  kill(): Promise<void>;
  /** Starts it again at the same address. */
  start(): Promise<void>;
  /** Kills it and removes its files. */
  close(): Promise<void>;
}

/** What a user may be allowed to do. */
export type S3Action =
  | 's3:ListBucket'
  | 's3:GetObject'
  | 's3:PutObject'
  | 's3:DeleteObject'
  | 's3:AbortMultipartUpload';

const BUCKET = 'lab';
const ACCESS_KEY = 'AKIATESTOFTHELAB';
const SECRET_KEY = 'a-secret-of-the-test';
const REGION = 'us-east-1';

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
  const [data, users] = [join(folder, 'data'), join(folder, 'users')];
  mkdirSync(join(data, BUCKET), { recursive: true });
  mkdirSync(users);
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    server = spawn(binary, ['--port', `127.0.0.1:${port}`, '--quiet', '--iam-dir', users, 'posix', data], {
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
  const envOf = (accessKey: string, secret: string) => ({
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: accessKey,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_REGION: REGION,
  });
  const allowed = new Map<string, readonly S3Action[]>();
  return {
    env: envOf(ACCESS_KEY, SECRET_KEY),
    bucket: BUCKET,
    async allow(user, actions) {
      const secret = `${SECRET_KEY}-${user}`;
      if (!allowed.has(user)) {
        const asRoot = ['admin', '-a', ACCESS_KEY, '-s', SECRET_KEY, '--endpoint-url', endpoint];
        await promisify(execFile)(binary, [...asRoot, 'create-user', '-a', user, '-s', secret, '-r', 'user']);
      }
      allowed.set(user, actions);
      await setPolicy(endpoint, allowed);
      return envOf(user, secret);
    },
    fileOf: (key) => join(data, BUCKET, ...key.split('/')),
    kill,
    start,
    async close() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function setPolicy(endpoint: string, allowed: ReadonlyMap<string, readonly S3Action[]>): Promise<void> {
  const bucket = `arn:aws:s3:::${BUCKET}`;
  const isOfBucket = (action: S3Action): boolean => action === 's3:ListBucket';
  const Statement = [...allowed].flatMap(([user, actions]) =>
    actions.map((Action) => ({
      Effect: 'Allow',
      Principal: user,
      Action,
      Resource: isOfBucket(Action) ? bucket : `${bucket}/*`,
    })),
  );
  const credentials = { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY };
  const client = new S3Client({ endpoint, region: REGION, forcePathStyle: true, credentials });
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await client.send(new PutBucketPolicyCommand({ Bucket: BUCKET, Policy })).finally(() => client.destroy());
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
