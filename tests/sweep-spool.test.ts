/** One spool, from its preparation to its ingestion. The tests share it and run in order. */
import { spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  artifactsOf,
  attemptClocks,
  attemptLogs,
  attemptsOfRun,
  curvesOf,
  histogramsOf,
  openDatabase,
  runById,
  runsOfSweep,
  sweepById,
  type Database,
} from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { makeReadOnly, whyNoDisk } from './faults/small-disk.ts';
import { newDataDir, startSweep, startWorker, sweep } from './sweep-command.ts';

const cli = (file: string): string =>
  fileURLToPath(new URL(`../packages/sweep/src/cli/${file}`, import.meta.url));

let spool: string;
let [normal, dataDir, ingested] = ['', '', ''];

beforeAll(async () => {
  [normal, dataDir, ingested] = [await newDataDir(), await newDataDir(), await newDataDir()];
  spool = join(await mkdtemp(join(tmpdir(), 'sae-lab-spool-')), 'spool');
  await sweep('handed-over.ts', normal);
});
afterAll(async () => {
  for (const folder of [normal, dataDir, ingested]) await removeDataDir(folder);
  await rm(join(spool, '..'), { recursive: true });
});

function start(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [cli(file), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // A worker of a spool must not need any of these.
    env: { ...process.env, DATABASE_URL: '', SAE_LAB_DATA: '/nonexistent', ...env },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, stderr })) };
}

/** What the code of a run prints: its process prints this now and then. */
const printing = `data:text/javascript,${encodeURIComponent(`
  setInterval(() => console.log('said while it trains'), 300).unref();`)}`;
const worker = () =>
  start('worker-main.ts', ['--spool', spool, '--checkpoint-seconds', '0.2'], {
    NODE_OPTIONS: `--import=${printing}`,
  });
const ingest = () => start('ingest-main.ts', [spool, '--data', ingested]).ended;

async function eventFiles(): Promise<string[]> {
  const names = await readdir(join(spool, 'runs'), { recursive: true });
  return names.filter((name) => name.endsWith('.jsonl')).map((name) => join(spool, 'runs', name));
}

async function linesWith(text: string): Promise<number> {
  const files = await Promise.all((await eventFiles()).map((file) => readFile(file, 'utf8')));
  return files
    .join('')
    .split('\n')
    .filter((line) => line.includes(text)).length;
}

/** Everything that a sweep leaves, without times and attempts. */
async function stored(folder: string) {
  const database = await openDatabase({ dataDir: folder, url: '' });
  try {
    const runs = await runsOfSweep(database.db, 1);
    return await Promise.all(
      runs.map(async ({ id, runHash, status, step, totalSteps, figures, provenance }) => ({
        run: { runHash, status, step, totalSteps, figures },
        trainedHere: provenance?.['dataDir'] === folder,
        curves: [...(await curvesOf(database.db, id))],
        histograms: await histogramsOf(database.db, id),
        artifacts: await artifactsOf(database.db, id),
        weights: await readFile(join(folder, 'runs', runHash, 'sae/sae_weights.safetensors'), 'hex').catch(
          () => null,
        ),
      })),
    );
  } finally {
    await database.close();
  }
}

/** What the attempts at each run have reported, and when they were made. */
async function reports({ db }: Database) {
  return Promise.all(
    (await runsOfSweep(db, 1)).map(async ({ id }) => {
      const { startedAt, finishedAt } = (await runById(db, id))!;
      const logs = await attemptLogs(db, id, 9);
      return {
        startedAt,
        finishedAt,
        attempts: await attemptsOfRun(db, id),
        clocks: await attemptClocks(db, [id]),
        texts: logs.flatMap(({ lines }) => lines.map(({ text }) => text)),
      };
    }),
  );
}

it('prepares a spool, and again without a difference', async () => {
  const { code, stderr } = await sweep('handed-over.ts', dataDir, ['--prepare', spool]);
  expect(code, stderr).toBe(0);
  expect(stderr).toContain(`pnpm ingest ${spool}`);
  const before = await readFile(join(spool, 'spool.json'), 'utf8');
  expect((await sweep('handed-over.ts', dataDir, ['--prepare', spool])).code).toBe(0);
  expect(await readFile(join(spool, 'spool.json'), 'utf8')).toBe(before);
  // It never opened a database.
  expect(await readdir(dataDir)).not.toContain('postgres');
  const other = await sweep('tiny.ts', dataDir, ['--prepare', spool]);
  expect(other.stderr).toContain('error spool.other-sweep');
});

it.skipIf(whyNoDisk() !== undefined)('is refused by a worker that may not write there', async () => {
  const files = await readdir(spool, { recursive: true });
  const makeWritable = makeReadOnly(spool);
  const { code, stderr } = await worker().ended;
  makeWritable();
  expect([code, stderr]).toEqual([1, expect.stringContaining('error files.not-writable\n')]);
  expect(stderr).toContain('Make the spool writable');
  expect(await readdir(spool, { recursive: true })).toEqual(files);
});

it('is read in while a killed worker left it half done', async () => {
  const { child, ended } = worker();
  await vi.waitFor(async () => expect(await linesWith('"checkpoint"')).toBeGreaterThan(1), {
    timeout: 60_000,
    interval: 20,
  });
  const running = await ingest();
  expect(running.code, running.stderr).toBe(0);
  child.kill('SIGKILL');
  await ended;
  const [file] = await eventFiles();
  // A kill may also cut off the last line.
  await appendFile(file!, '{"n":999,"event":{"type":"cur');
  expect((await ingest()).code).toBe(0);
  const [first] = await stored(ingested);
  expect(first!.run.status).toBe('interrupted');
  expect(first!.run.step).toBeGreaterThan(0);
  expect(first!.weights).toBeNull();
});

it('hands its run back on SIGUSR1, with exit code 143', async () => {
  const before = await linesWith('"resumed"');
  const { child, ended } = worker();
  await vi.waitFor(async () => expect(await linesWith('"resumed"')).toBeGreaterThan(before), {
    timeout: 60_000,
    interval: 20,
  });
  child.kill('SIGUSR1');
  const { code, stderr } = await ended;
  expect(code, stderr).toBe(143);
  expect(await linesWith('"interrupted"')).toBe(1);
});

it('ends with 143 on a SIGUSR1 that comes before it is ready', async () => {
  const attempts = (await eventFiles()).length;
  const early = `data:text/javascript,${encodeURIComponent(`
    import { registerHooks } from 'node:module';
    let sent = false;
    registerHooks({
      load(url, context, next) {
        if (!sent && url.endsWith('/worker-options.ts')) process.kill(process.pid, 'SIGUSR1');
        sent ||= url.endsWith('/worker-options.ts');
        return next(url, context);
      },
    });`)}`;
  const { ended } = start('worker-main.ts', ['--spool', spool], { NODE_OPTIONS: `--import=${early}` });
  const { code, stderr } = await ended;
  expect(code, stderr).toBe(143);
  expect(await eventFiles()).toHaveLength(attempts);
});

it('leaves a sweep that is in the queue there, and what its workers have done since', async () => {
  const both = await newDataDir();
  expect((await sweep('handed-over.ts', both, ['--detach'])).code).toBe(0);
  const readIn = async (): Promise<void> => {
    const { code, stderr } = await start('ingest-main.ts', [spool, '--data', both]).ended;
    expect(code, stderr).toBe(0);
  };
  await readIn();
  const database = await openDatabase({ dataDir: both, url: '' });
  expect((await sweepById(database.db, 1))!.status).toBe('queued');
  const fromQueue = startWorker(both, ['--concurrency', '1', '--checkpoint-seconds', '0.2']);
  await fromQueue.shown('"run.started"');
  fromQueue.process.kill('SIGTERM');
  expect((await fromQueue.ended).code).toBe(143);
  const state = async () => {
    const runs = await runsOfSweep(database.db, 1);
    return Promise.all(
      runs.map(async ({ id, status, step, attempt }) => ({
        status,
        step,
        attempts: (await attemptsOfRun(database.db, id)).map(({ reason }) => reason),
        curves: [...(await curvesOf(database.db, id))],
        attempt,
      })),
    );
  };
  const before = await state();
  expect(before.map(({ attempts }) => attempts)).toContainEqual(['lost', 'interrupted', 'preempted']);
  for (let time = 0; time < 2; time++) {
    await readIn();
    expect(await state()).toEqual(before);
  }
  await database.close();
  await removeDataDir(both);
});

it('gives the weights, curves and figures of a normal sweep, however often it is read in', async () => {
  const [one, two] = [worker(), worker()];
  const ends = await Promise.all([one.ended, two.ended]);
  expect(
    ends.map(({ code }) => code),
    ends.map(({ stderr }) => stderr).join('\n'),
  ).toEqual([0, 0]);
  const trained = Date.now();
  expect((await worker().ended).stderr).toContain('Nothing to train.');
  for (let time = 0; time < 2; time++) {
    const { code, stderr } = await ingest();
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('2 finished.');
    expect(await stored(ingested)).toEqual(await stored(normal));
  }
  const database = await openDatabase({ dataDir: ingested, url: '' });
  expect((await sweepById(database.db, 1))!.status).toBe('finished');
  const before = await reports(database);
  expect((await ingest()).code).toBe(0);
  expect(await reports(database)).toEqual(before);
  // That of the run which was killed, stopped and continued.
  const { attempts, clocks, texts, startedAt, finishedAt } = before[0]!;
  expect(attempts.map(({ reason }) => reason)).toEqual(['lost', 'interrupted', 'finished']);
  for (const text of [
    'said while it trains',
    'Stopped at step',
    'Resumed from the checkpoint',
    'Finished: 1500 steps',
  ])
    expect(texts).toContainEqual(expect.stringContaining(text));
  expect(clocks.map(({ steps }) => steps[0])).toEqual([0, expect.any(Number), expect.any(Number)]);
  expect(clocks.at(-1)!.steps.at(-1)).toBe(1500);
  for (const { steps, seconds } of clocks) {
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
  }
  // When the worker trained it, not when it was read in.
  const made = attempts.flatMap((each) => [each.startedAt.getTime(), each.endedAt!.getTime()]);
  expect(made).toEqual(made.toSorted((a, b) => a - b));
  expect([startedAt, finishedAt]).toEqual([attempts.at(-1)!.startedAt, attempts.at(-1)!.endedAt]);
  expect(made.at(-1)).toBeLessThan(trained);
  await database.close();
  // The data folder has all that a sweep needs.
  expect((await sweep('handed-over.ts', ingested, ['--json'])).events().at(-1)).toMatchObject({
    finished: 0,
    skipped: 2,
  });
});

it('names a bad line of a result, and what is missing', async () => {
  const files = await eventFiles();
  const finished = (
    await Promise.all(files.map(async (file) => [file, await readFile(file, 'utf8')] as const))
  ).find(([, text]) => text.includes('"status":"finished"'))!;
  const lines = finished[1].split('\n');
  lines[2] = 'damaged';
  await rm(finished[0]);
  await appendFile(finished[0], lines.join('\n'));
  const { code, stderr } = await ingest();
  expect(code).toBe(1);
  expect(stderr).toMatch(/000\d+-[0-9a-f]{8}\.jsonl:3 is not JSON\n/);
  expect(stderr).toMatch(/\.jsonl:4 the event before it is missing\n/);
  await writeFile(finished[0], finished[1]);
});

it('reads in what is valid next to a damaged result, and the result once it is restored', async () => {
  const fresh = await newDataDir();
  const readIn = () => start('ingest-main.ts', [spool, '--data', fresh]).ended;
  const runFolder = join(spool, 'runs', (await stored(normal))[0]!.run.runHash);
  const events = (await eventFiles()).filter((file) => file.startsWith(runFolder)).at(-1)!;
  const weights = join(runFolder, 'sae', 'sae_weights.safetensors');
  const statuses = async () => (await stored(fresh)).map(({ run }) => run.status);

  const [text, bytes] = [await readFile(events, 'utf8'), await readFile(weights)];
  await writeFile(events, text.replace(/"result":.*\}/, '"result":{"status":"finished","steps":7}}}'));
  const noResult = await readIn();
  expect([noResult.code, noResult.stderr]).toEqual([
    1,
    expect.stringMatching(/\.jsonl:\d+ is not an event: event\.result\.seconds: /),
  ]);
  expect(await statuses()).toEqual(['interrupted', 'finished']);

  await writeFile(events, text);
  await writeFile(weights, bytes.subarray(0, 100));
  const noWeights = await readIn();
  expect([noWeights.code, noWeights.stderr]).toEqual([1, expect.stringContaining('error spool.malformed\n')]);
  expect(noWeights.stderr).toContain(`${weights}: is missing, or does not have the checksum of the run`);
  expect(await statuses()).toEqual(['interrupted', 'finished']);

  await writeFile(weights, bytes);
  expect((await readIn()).code).toBe(0);
  const whole = await stored(normal);
  expect(await stored(fresh)).toEqual(whole.map((one) => ({ ...one, trainedHere: expect.any(Boolean) })));
  await removeDataDir(fresh);
});

it('is not read in by a command that is stopped twice while the store does not answer', async () => {
  const silent = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  onTestFinished(() => void silent.close());
  await once(silent, 'listening');
  const { child, ended } = start('ingest-main.ts', [spool, '--data', ingested], {
    SAE_LAB_STORE: 's3://lab/prefix',
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'any-key',
    AWS_SECRET_ACCESS_KEY: 'any-secret',
  });
  await once(silent, 'connection');
  child.kill('SIGINT');
  for await (const [text] of on(child.stderr, 'data')) if (String(text).includes('Stopping')) break;
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  expect([code, stderr]).toEqual([130, expect.stringContaining('error store.unreachable\n')]);
});

it('refuses a folder that is not a spool', async () => {
  const { code, stderr } = await start('worker-main.ts', ['--spool', dataDir]).ended;
  expect(code).toBe(1);
  expect(stderr).toContain('error spool.malformed');
});

it('prints the job for Slurm with --dry-run, and says where sbatch is missing', async () => {
  const flags = [
    '--prepare',
    spool,
    '--on',
    'slurm',
    '--tasks',
    '4',
    '--at-once',
    '2',
    '--sbatch=--time=1:00:00 -p cpu',
  ];
  const { stdout, code } = await sweep('handed-over.ts', dataDir, [...flags, '--dry-run']);
  expect(code).toBe(0);
  for (const line of ['--array=1-4%2', '--requeue', '--signal=B:USR1@120', '--time=1:00:00', '-p cpu']) {
    expect(stdout.split('\n')).toContain(`#SBATCH ${line}`);
  }
  const queued = await sweep('handed-over.ts', dataDir, ['--detach', '--on', 'slurm', '--dry-run']);
  expect(queued.stdout).toContain(`worker --idle 5m --data ${dataDir}`);
  const command = startSweep('handed-over.ts', dataDir, flags, { PATH: '/nonexistent' });
  expect((await command.ended).stderr).toContain('error launch.no-sbatch');
});
