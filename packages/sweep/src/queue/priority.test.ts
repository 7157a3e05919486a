import {
  enqueueRuns,
  prioritizeJobs,
  QUEUE_SCHEMA,
  setPriority,
  setSweepStatus,
  sweepById,
  upsertSweep,
  type Db,
} from '@sae-lab/db';
import { openTestDatabase, type TestDatabase } from '@sae-lab/db/testing';
import { newRun } from '@sae-lab/db/testing/rows';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openJobQueue } from './job-queue.ts';
import type { Origin, TrainInvitation } from './queues.ts';

let test: TestDatabase;
let db: Db;
beforeAll(async () => {
  test = await openTestDatabase();
  ({ db } = test.database);
});
afterAll(() => test.stop());

const store = (name: string, priority?: number) =>
  upsertSweep(
    db,
    { name, definitionHash: name, definition: {}, file: 'f', source: '' },
    'train.cpu',
    priority,
  );

it('reaches every job of the sweep, and runs of two sweeps have the higher number', async () => {
  const first = await store('first', 3);
  // Nothing was put into the queue yet, so its tables do not exist.
  await setPriority(db, first.id, 4);
  expect(await sweepById(db, first.id)).toMatchObject({ priority: 4 });
  // Started again without a number, a sweep keeps the one that a reader gave it.
  expect(await store('first')).toMatchObject({ priority: 4 });
  expect(await store('first', 2)).toMatchObject({ priority: 2 });

  const second = await store('second');
  const runs = ['own', 'shared', 'of the other'].map((runHash) => newRun({ runHash }));
  await enqueueRuns(db, first.id, runs.slice(0, 2));
  await enqueueRuns(db, second.id, runs.slice(1));
  const queue = await openJobQueue(test.database, { supervise: false });
  try {
    const origin = (sweepId: number): Origin => ({ sweepId, commit: null, projectRoot: '/' });
    for (const { id } of [first, second]) {
      for (const name of ['extract', 'evaluate'] as const) {
        await queue.invite(name, [{ key: `sweep ${id}`, data: origin(id) }]);
      }
    }
    const data = { ...origin(first.id), label: {} } as TrainInvitation;
    await queue.invite(
      'train.cpu',
      runs.map(({ runHash: key }) => ({ key, data })),
    );
    const priorities = async (): Promise<Record<string, number>> => {
      const rows = await test.database.sql`
        select name || ' ' || singleton_key as job, priority from ${test.database.sql(QUEUE_SCHEMA)}.job`;
      return Object.fromEntries(rows.map(({ job, priority }) => [job as string, priority as number]));
    };
    const expected = (ofFirst: number, ofSecond: number) => ({
      [`extract sweep ${first.id}`]: ofFirst,
      [`evaluate sweep ${first.id}`]: ofFirst,
      [`extract sweep ${second.id}`]: ofSecond,
      [`evaluate sweep ${second.id}`]: ofSecond,
      'train.cpu own': ofFirst,
      'train.cpu shared': Math.max(ofFirst, ofSecond),
      'train.cpu of the other': ofSecond,
    });
    await prioritizeJobs(db, first.id);
    expect(await priorities()).toEqual(expected(2, 0));
    await setPriority(db, second.id, 7);
    expect(await priorities()).toEqual(expected(2, 7));
    await setPriority(db, first.id, 9);
    expect(await priorities()).toEqual(expected(9, 7));
    await setPriority(db, first.id, 1);
    expect(await priorities()).toEqual(expected(1, 7));
    const third = await store('third', 99);
    await enqueueRuns(db, third.id, runs);
    await setSweepStatus(db, third.id, 'cancelled');
    await prioritizeJobs(db, first.id);
    // A sweep that is over asks for nothing.
    expect(await priorities()).toEqual(expected(1, 7));
    const taken = [
      await queue.take(['train.cpu']),
      await queue.take(['train.cpu']),
      await queue.take(['train.cpu']),
    ];
    const keys = taken.map((job) => job!.key);
    expect([new Set(keys.slice(0, 2)), keys[2]]).toEqual([new Set(['shared', 'of the other']), 'own']);
  } finally {
    await queue.close();
  }
});

it('keeps the order of the runs', async () => {
  const { id } = await store('ordered');
  const runs = Array.from({ length: 1200 }, () => newRun());
  await enqueueRuns(db, id, runs);
  const queue = await openJobQueue(test.database, { supervise: false });
  try {
    const data = { sweepId: id, commit: null, projectRoot: '/', label: {} } as TrainInvitation;
    await queue.invite(
      'train.gpu',
      runs.map(({ runHash: key }) => ({ key, data })),
    );
    for (const priority of [3, 1, 1]) await setPriority(db, id, priority);
    const taken: string[] = [];
    while (taken.length < 20) taken.push((await queue.take(['train.gpu']))!.key);
    await setPriority(db, id, 2);
    while (taken.length < 40) taken.push((await queue.take(['train.gpu']))!.key);
    expect(taken).toEqual(runs.slice(0, 40).map(({ runHash }) => runHash));
  } finally {
    await queue.close();
  }
});

it('is set although a worker locks the same jobs in another order', async () => {
  const { id } = await store('contended');
  const runs = Array.from({ length: 20 }, (_, index) => newRun({ runHash: `contended ${10 + index}` }));
  await enqueueRuns(db, id, runs);
  const queue = await openJobQueue(test.database, { supervise: false });
  try {
    const data = { sweepId: id, commit: null, projectRoot: '/', label: {} } as TrainInvitation;
    await queue.invite(
      'train.gpu',
      runs.map(({ runHash: key }) => ({ key, data })),
    );
    const { sql } = test.database;
    const jobs = sql`${sql(QUEUE_SCHEMA)}.job`;
    let setting: Promise<void> | undefined;
    await sql.begin(async (worker) => {
      await worker`update ${jobs} set heartbeat_on = now() where singleton_key = 'contended 29'`;
      setting = setPriority(db, id, 5);
      await vi.waitFor(async () =>
        expect(await sql`select from pg_locks where not granted`).not.toHaveLength(0),
      );
      await worker`update ${jobs} set heartbeat_on = now() where singleton_key like 'contended %'`;
    });
    await setting;
    const set = await sql`select distinct priority from ${jobs} where singleton_key like 'contended %'`;
    expect(set).toEqual([{ priority: 5 }]);
  } finally {
    await queue.close();
  }
});
