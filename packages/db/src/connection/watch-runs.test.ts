import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { appendCurves } from '../queries/curves.ts';
import { recordProgress } from '../queries/run-lifecycle.ts';
import { startedRun } from '../testing/sample-rows.ts';
import { startPooler } from '../testing/transaction-pooler.ts';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { connectDatabase } from './connect.ts';
import { watchRuns } from './watch-runs.ts';

const server = useTestDatabase();

/** Watches for the rest of the test. */
function watch(url: string) {
  const heard: number[] = [];
  const states: boolean[] = [];
  const waiting: (() => void)[] = [];
  const changed = (): void => waiting.splice(0).forEach((resume) => resume());
  const watching = watchRuns(url, {
    onRun: (runId) => {
      heard.push(runId);
      changed();
    },
    onListening: (listening) => {
      states.push(listening);
      changed();
    },
  });
  onTestFinished(() => watching.close());
  return {
    heard,
    states,
    /** Resolves once the condition holds. */
    until: async (holds: () => boolean) => {
      while (!holds()) await new Promise<void>((resume) => waiting.push(resume));
    },
  };
}

test('hears of each flush, and again after its connection was ended', async () => {
  const { db, database } = server;
  // Its start is not heard.
  const run = await startedRun(db);
  const { heard, states, until } = watch(database.url);
  await until(() => states.length >= 1);
  expect(states).toEqual([true]);
  await appendCurves(db, { ...run, curves: { loss: { steps: [0], values: [1] } } });
  await recordProgress(db, { ...run, step: 1 });
  await until(() => heard.length >= 2);
  expect(heard).toEqual([run.runId, run.runId]);

  // The last statement of the listening session.
  const ended = await database.sql`
    select pg_terminate_backend(pid) from pg_stat_activity where query like 'select pg_listening_channels%'`;
  expect(ended).toHaveLength(1);
  await until(() => states.length >= 3);
  expect(states).toEqual([true, false, true]);
  await recordProgress(db, { ...run, step: 2 });
  await until(() => heard.length >= 3);
});

test.each(['last', 'in turn'] as const)(
  'never claims to listen through a pooler that shares sessions, the next one %s',
  async (order) => {
    const socketFolder = new URL(server.database.url).searchParams.get('host')!;
    const pooler = await startPooler(join(socketFolder, '.s.PGSQL.5432'), 2, order);
    onTestFinished(() => pooler.stop());
    const { heard, states } = watch(`postgres://sae_lab@127.0.0.1:${pooler.port}/postgres`);
    const direct = await connectDatabase({ url: server.database.url });
    onTestFinished(() => direct.close());
    // The probe has been sent once the server has seen it.
    await expect
      .poll(async () => {
        const sent =
          await direct.sql`select 1 from pg_stat_activity where query like 'notify "sae_lab_probe_%'`;
        return sent.length;
      })
      .toBeGreaterThan(0);
    await recordProgress(direct.db, { ...(await startedRun(direct.db)), step: 1 });
    expect([heard, states]).toEqual([[], []]);
  },
);
