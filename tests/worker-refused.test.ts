/** Workers that must not begin: another schema, another's store, a store or a database that is not there. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, type Database } from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { newDataDir, startWorker } from './sweep-command.ts';

let dataDir: string;
let database: Database;
const folder = mkdtempSync(join(tmpdir(), 'sae-lab-store-'));
const store = join(folder, 'store');

beforeAll(async () => {
  dataDir = await newDataDir();
  database = await openDatabase({ dataDir, url: '' });
});
afterAll(async () => {
  await database.close();
  await removeDataDir(dataDir);
  rmSync(folder, { recursive: true });
});

/** What a worker says that ends at once. */
async function refusal(env: Readonly<Record<string, string>>): Promise<string> {
  const { code, stderr, stdout } = await startWorker(dataDir, [], env).ended;
  expect(code, stderr).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).not.toMatch(/^ +at /m);
  return stderr;
}

it('refuses a store that another database uses', async () => {
  mkdirSync(store);
  const marker = join(store, 'sae-lab-store.json');
  writeFileSync(marker, '{"format":1,"cluster":"another"}');
  const said = await refusal({ SAE_LAB_STORE: store });
  expect(said).toContain('error store.other-cluster');
  expect(said).toContain('cluster another');
  rmSync(marker);
});

it('refuses a store that it knows and that is not mounted, and shows how to make it again', async () => {
  const { code } = await startWorker(dataDir, [], { SAE_LAB_STORE: store }).ended;
  expect(code).toBe(0);
  const marker = join(store, 'sae-lab-store.json');
  const { id, cluster } = JSON.parse(readFileSync(marker, 'utf8')) as Record<string, string>;
  renameSync(store, `${store}-away`);
  mkdirSync(store);
  const said = await refusal({ SAE_LAB_STORE: store });
  expect(said).toContain('error store.not-mounted');
  const [content] = /\{"format.*\}/.exec(said)!;
  expect(JSON.parse(content)).toEqual({ format: 1, cluster, id });
  writeFileSync(marker, content);
  expect((await startWorker(dataDir, [], { SAE_LAB_STORE: store }).ended).code).toBe(0);
});

it('waits for a store that does not answer, but no longer than its time to stop', async () => {
  const silent = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  onTestFinished(() => void silent.close());
  await once(silent, 'listening');
  const worker = startWorker(dataDir, ['--grace', '1s'], {
    SAE_LAB_STORE: 's3://lab/prefix',
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'any-key',
    AWS_SECRET_ACCESS_KEY: 'any-secret',
  });
  await once(silent, 'connection');
  worker.process.kill('SIGTERM');
  const { code, stderr } = await worker.ended;
  expect([code, stderr]).toEqual([143, expect.stringContaining('error store.unreachable')]);
});

it('refuses a database that it cannot reach', async () => {
  const said = await refusal({ DATABASE_URL: 'postgres://lab@127.0.0.1:9/lab' });
  expect(said).toContain('error db.unreachable');
});

it('refuses a timeout that no worker could keep', async () => {
  const { code, stderr } = await startWorker(dataDir, [], { SAE_LAB_WORKER_TIMEOUT: '1' }).ended;
  expect([code, stderr]).toEqual([2, expect.stringContaining('SAE_LAB_WORKER_TIMEOUT')]);
});

it('refuses a database of a newer version', async () => {
  await database.sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('of the future', 9999999999999)`;
  expect(await refusal({})).toContain('error db.migrations-newer');
});
