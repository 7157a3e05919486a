import {
  cancelRuns,
  evaluationsOfSweep,
  openDatabase,
  runsOfSweep,
  sweepById,
  type Database,
} from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newDataDir, startSweep, startWorker, sweep } from './sweep-command.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await newDataDir();
});
afterEach(async () => {
  await removeDataDir(dataDir);
});

async function withDatabase<T>(ask: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase({ dataDir, url: '' });
  try {
    return await ask(database);
  } finally {
    await database.close();
  }
}

it(
  'watches a sweep that workers train and evaluate, and says what is missing',
  { timeout: 300_000 },
  async () => {
    const watched = startSweep('evaluated.ts', dataDir, ['--wait']);
    await watched.shown('No worker is running. Start one: pnpm worker --queues train.cpu,extract');
    const trainer = startWorker(dataDir, ['--queues', 'extract,train.cpu']);
    const trained = await trainer.ended;
    expect([trained.code, trained.events().at(-1)]).toMatchObject([
      0,
      { finished: 4, extracted: 1, evaluated: 0 },
    ]);
    await watched.shown('Start one: pnpm worker --queues evaluate');
    const evaluated = await startWorker(dataDir).ended;
    expect([evaluated.code, evaluated.events().at(-1)]).toMatchObject([0, { finished: 0, evaluated: 1 }]);

    const { code, stdout, stderr } = await watched.ended;
    expect([code, stdout, stderr]).toEqual([
      0,
      expect.stringContaining('identity'),
      expect.stringContaining('4 finished.'),
    ]);
    const { status, evaluations } = await withDatabase(async ({ db }) => ({
      status: (await sweepById(db, 1))?.status,
      evaluations: await evaluationsOfSweep(db, 1),
    }));
    expect(status).toBe('finished');
    // Those that the sweep asks for of four runs and six baselines, and the baselines' own figures among them.
    expect(evaluations.filter(({ runId }) => runId !== null)).toHaveLength(16);
    expect(evaluations.filter(({ saeId }) => saeId !== null)).toHaveLength(24);

    const again = await sweep('evaluated.ts', dataDir, ['--wait']);
    expect([again.code, again.stderr]).toEqual([
      0,
      expect.stringContaining('Nothing to do: 4 finished earlier.'),
    ]);
  },
);

it('leaves runs of another version to others, and says so if the commit differs', async () => {
  expect((await sweep('tiny.ts', dataDir, ['--detach'])).code).toBe(0);
  await withDatabase(async ({ sql }) => {
    await sql`update sae_lab_queue.job set data = jsonb_set(data, '{commit}', '"feedbeef"') where name like 'train%'`;
    await sql`update sae_lab_queue.job set data = jsonb_set(data, '{variantPackage,version}', '"9.9.9"')
      where name like 'train%' and data->'label'->>'coefficient' = 'k=8'`;
  });
  const { code, stderr, events } = await startWorker(dataDir).ended;
  expect(code).toBe(0);
  expect(stderr).toContain('Sweep 1 was planned with feedbeef, and this checkout is at ');
  expect(events().filter(({ type }) => type === 'worker.left')).toMatchObject([
    { run: { coefficient: 'k=8' }, error: { code: 'variant.other-version' } },
  ]);
  expect(events().at(-1)).toMatchObject({ finished: 1, left: 1 });
  const statuses = await withDatabase(async ({ db }) =>
    (await runsOfSweep(db, 1)).map(({ status }) => status),
  );
  expect(statuses).toEqual(['finished', 'queued']);
});

it('adds nothing when a sweep is put into the queue twice, and trains failed runs again', async () => {
  const detach = async (...flags: string[]) =>
    (await sweep('tiny.ts', dataDir, ['--detach', '--json', ...flags])).events()[0];
  expect(await detach()).toMatchObject({ pending: 2, finished: 0 });
  expect(await detach()).toMatchObject({ pending: 2, finished: 0 });
  const jobs = await withDatabase(({ sql }) => sql`select name from sae_lab_queue.job order by name`);
  expect(jobs.map((job) => job['name'])).toEqual(['extract', 'train.cpu', 'train.cpu']);
  expect((await startWorker(dataDir).ended).events().at(-1)).toMatchObject({ finished: 2 });
  await withDatabase(
    ({ sql }) =>
      sql`
      with failed as (update runs set status = 'failed' where hyper->>'k' = '4' returning id),
        no_figures as (delete from figures where run_id in (select id from failed)),
        no_histograms as (delete from histograms where run_id in (select id from failed))
      delete from artifacts where run_id in (select id from failed)`,
  );
  expect(await detach()).toMatchObject({ pending: 1, finished: 1 });
  expect((await startWorker(dataDir).ended).events().at(-1)).toMatchObject({ finished: 1 });
});

it('counts cancelled runs while it watches, and later', { timeout: 120_000 }, async () => {
  const watched = startSweep('tiny.ts', dataDir, ['--wait', '--json']);
  await watched.shown('No worker is running.');
  await withDatabase(async ({ db }) => {
    const cancelled = (await runsOfSweep(db, 1)).map(({ id }) => id);
    await cancelRuns(db, cancelled.slice(0, 1));
  });
  await startWorker(dataDir).ended;
  const { code, events } = await watched.ended;
  expect([code, events().at(-1)]).toMatchObject([1, { type: 'sweep.finished', finished: 1, cancelled: 1 }]);
  const again = await sweep('tiny.ts', dataDir, ['--wait', '--json']);
  expect([again.code, again.events().at(-1)]).toMatchObject([1, { skipped: 1, cancelled: 1 }]);
  expect((await sweep('tiny.ts', dataDir, ['--detach'])).stdout).toContain('1 cancelled earlier');
});

it.each([
  ['faulty.ts', ['--detach'], 'queue.no-package'],
  ['streamed.ts', ['--wait'], 'queue.streamed'],
  ['tiny.ts', ['--detach', '--wait'], 'cli.usage'],
])('refuses to put %s into the queue with %j', async (experiment, flags, code) => {
  const refused = await sweep(experiment, dataDir, flags);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(`error ${code}\n`)]);
});

it.each([
  [['--queues', 'train.tpu'], {}, 2, 'cli.usage'],
  [['--queues', 'train.gpu'], {}, 2, 'cli.usage'],
  [['--for', '3 hours'], {}, 2, 'cli.usage'],
  [[], { DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' }, 1, 'db.unreachable'],
])('a worker refuses %j %j', async (flags, env, expected, error) => {
  const { code, stderr } = await startWorker(dataDir, flags, env).ended;
  expect([code, stderr]).toEqual([expected, expect.stringContaining(`error ${error}\n`)]);
});
