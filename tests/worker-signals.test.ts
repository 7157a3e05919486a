/** Workers that are told to stop while they do not train. The tests share one data folder and run in order. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { evaluationsOfSweep, openDatabase, runsOfSweep, sweepById, type Database } from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { servedFolder, startHubServer } from '@sae-lab/hub/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { MARK, processesOf } from './faults/processes.ts';
import { newDataDir, startWorker, sweep, type RunningCommand } from './sweep-command.ts';

const mark = randomUUID();
let dataDir: string;
let database: Database;

beforeAll(async () => {
  dataDir = await newDataDir();
  database = await openDatabase({ dataDir, url: '' });
});
afterAll(async () => {
  await database.close();
  await removeDataDir(dataDir);
});

const worker = (env: NodeJS.ProcessEnv = {}): RunningCommand =>
  startWorker(dataDir, ['--concurrency', '1'], { ...env, [MARK]: mark });

/** Stops a worker, and expects that it ends in order. Returns its last event. */
async function stopped(running: RunningCommand, signal: NodeJS.Signals) {
  running.process.kill(signal);
  const { code, stderr, events } = await running.ended;
  expect([code, stderr]).toEqual([143, expect.not.stringContaining('error')]);
  if (process.platform === 'linux') {
    expect(processesOf(mark, dataDir).filter(({ kind }) => kind !== 'server')).toEqual([]);
  }
  return events().at(-1);
}

/** The jobs that are not done, by queue, with their state. */
async function jobs(): Promise<Record<string, string>> {
  const rows = await database.sql<{ name: string; state: string }[]>`
    select name, state::text from sae_lab_queue.job where state < 'completed'`;
  return Object.fromEntries(rows.map(({ name, state }) => [name, state]));
}

/** Files in the data folder, except the database's, under the names of the hashes' kinds. */
async function files(): Promise<string[]> {
  const all = await readdir(dataDir, { recursive: true });
  const own = all.filter((name) => /^(activations|runs)\//.test(name));
  return own.map((name) => name.replace(/[0-9a-f]{32,64}/, '<hash>')).toSorted();
}

const ACTIVATIONS = [
  'activations/<hash>',
  'activations/<hash>/00000.safetensors',
  'activations/<hash>/manifest.json',
];
const NOTHING_DONE = { finished: 0, handedBack: 0, extracted: 0, evaluated: 0 };

describe('a worker that is told to stop', () => {
  it('while it extracts gives the extraction back', async () => {
    expect((await sweep('extracted.ts', dataDir, ['--detach'])).code).toBe(0);
    const extracts = worker();
    await extracts.shown('activations: ');
    expect(await stopped(extracts, 'SIGUSR1')).toMatchObject({ type: 'worker.ended', ...NOTHING_DONE });
    expect(await jobs()).toEqual({ extract: 'retry', 'train.cpu': 'created' });
    // Where the next one continues.
    expect(await files()).toEqual(['activations/<hash>.partial']);
    expect((await runsOfSweep(database.db, 1)).map(({ status }) => status)).toEqual(['queued']);
  });

  it('while it evaluates gives the evaluation back, and the next one makes it', async () => {
    const evaluates = worker();
    await evaluates.shown('"evaluation.started"');
    expect(await stopped(evaluates, 'SIGTERM')).toMatchObject({ finished: 1, extracted: 1, evaluated: 0 });
    expect(await jobs()).toEqual({ evaluate: 'retry' });
    expect((await sweepById(database.db, 1))?.status).toBe('queued');
    const made = (await evaluationsOfSweep(database.db, 1)).length;
    expect(made).toBeLessThan(4);
    const [{ unfinished }] = await database.sql<[{ unfinished: number }]>`
      select count(*)::int as unfinished from evaluations where finished_at is null`;
    expect(unfinished).toBe(0);

    const last = await worker().ended;
    expect([last.code, last.events().at(-1)]).toMatchObject([0, { finished: 0, extracted: 0, evaluated: 1 }]);
    expect(await evaluationsOfSweep(database.db, 1)).toHaveLength(4);
    expect((await sweepById(database.db, 1))?.status).toBe('finished');
    expect(await files()).toEqual([
      ...ACTIVATIONS,
      'runs/<hash>',
      ...['', '/cfg.json', '/sae_weights.safetensors', '/sparsity.safetensors'].map(
        (name) => `runs/<hash>/sae${name}`,
      ),
    ]);
  });

  it('while the hub does not answer ends nevertheless', async () => {
    const models = fileURLToPath(new URL('../models/', import.meta.url));
    const cache = await mkdtemp(join(tmpdir(), 'sae-lab-hub-'));
    const documents = Array.from({ length: 20 }, (_, i) =>
      JSON.stringify({ text: `Text number ${i}. `.repeat(9) }),
    );
    const server = await startHubServer({
      repositories: [
        { type: 'model', id: 'org/model', files: servedFolder(join(models, 'neox-1.7m')) },
        { type: 'dataset', id: 'org/corpus', files: { 'train.jsonl': documents.join('\n') } },
      ],
    });
    onTestFinished(async () => {
      await server.close();
      await rm(cache, { recursive: true });
    });
    const env = { HF_ENDPOINT: server.endpoint, HF_HOME: join(cache, 'here') };
    const { code, stderr } = await sweep('by-name.ts', dataDir, ['--detach'], env);
    expect(code, stderr).toBe(0);
    server.reset();
    server.fail({ path: /./, times: 1000, effect: { kind: 'stall', afterBytes: 10 } });
    const downloads = worker({ ...env, HF_HOME: join(cache, 'elsewhere') });
    const isStalled = (): boolean => server.requests.some(({ path }) => path.includes('/resolve-cache/'));
    await vi.waitFor(() => expect(isStalled()).toBe(true), { timeout: 60_000 });
    expect(await stopped(downloads, 'SIGTERM')).toMatchObject(NOTHING_DONE);
    expect(await jobs()).toMatchObject({ extract: 'retry' });
  });
});
