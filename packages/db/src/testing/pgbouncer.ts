import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectDatabase } from '../connection/connect.ts';
import { startPooler } from './transaction-pooler.ts';

export interface RunningPooler {
  readonly url: string;
  stop(): Promise<void>;
}

/** How long a pooler may take to answer. */
const PATIENCE_MS = 20_000;

/** Whether PgBouncer is installed. Says so if it is not. */
export function hasPgBouncer(): boolean {
  const { error } = spawnSync('pgbouncer', ['--version']);
  if (error) console.warn(`PgBouncer is left out: ${error.message}`);
  return error === undefined;
}

/** A pooler in transaction mode in front of an embedded server: PgBouncer, or a stand-in where it is not installed. */
export async function startTransactionPooler(serverUrl: string): Promise<RunningPooler> {
  const socketFolder = new URL(serverUrl).searchParams.get('host')!;
  if (hasPgBouncer()) return startPgBouncer(socketFolder, 'transaction');
  const { port, stop } = await startPooler(join(socketFolder, '.s.PGSQL.5432'), 8, 'in turn');
  return { url: `postgres://sae_lab@127.0.0.1:${port}/postgres`, stop: async () => stop() };
}

export async function startPgBouncer(
  socketFolder: string,
  mode: string,
  database = 'postgres',
): Promise<RunningPooler> {
  const folder = mkdtempSync(join(tmpdir(), 'sae-lab-pgbouncer-'));
  const port = await freePort();
  const settings = [
    '[databases]',
    `* = host=${socketFolder} user=sae_lab`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    `pool_mode = ${mode}`,
    // PgBouncer refuses to run as root, and another user cannot read the folder.
    ...(process.getuid?.() === 0 ? ['user = nobody'] : []),
  ];
  writeFileSync(join(folder, 'pgbouncer.ini'), settings.join('\n'), { mode: 0o644 });
  const child = spawn('pgbouncer', [join(folder, 'pgbouncer.ini')], { stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    rmSync(folder, { recursive: true, force: true });
  };
  const at = (name: string): string => `postgres://sae_lab@127.0.0.1:${port}/${name}`;
  const start = performance.now();
  for (;;) {
    const answer = await connectDatabase({ url: `${at('postgres')}?pgbouncer=true` }).catch(
      (error: unknown) => error as Error,
    );
    if (!(answer instanceof Error)) {
      await answer.close();
      return { url: at(database), stop };
    }
    if (performance.now() - start > PATIENCE_MS) {
      await stop();
      throw answer;
    }
    await sleep(100);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
