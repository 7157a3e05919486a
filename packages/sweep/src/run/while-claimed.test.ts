import { openDatabase } from '@sae-lab/db';
import { openTestDatabase, startProxy, type TestDatabase } from '@sae-lab/db/testing';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { openJobQueue } from '../queue/job-queue.ts';
import { unlessLost } from './unless-lost.ts';
import { whileClaimed } from './while-claimed.ts';

let server: TestDatabase;
beforeAll(async () => {
  server = await openTestDatabase();
});
afterAll(() => server.stop());

const neverStopped = { stop: new AbortController().signal, kill: new AbortController().signal };

it('ends work that waits for a database that does not answer, and leaves no connection', async () => {
  // Makes its tables, which takes a while.
  await (await openJobQueue(server.database, { supervise: false })).close();
  const proxy = await startProxy(server.database.url);
  onTestFinished(() => proxy.close());
  const database = await openDatabase({ dataDir: '/nowhere', url: proxy.url });
  vi.stubEnv('SAE_LAB_WORKER_TIMEOUT', '3');
  onTestFinished(() => void vi.unstubAllEnvs());
  const codes: unknown[] = [];
  const working = whileClaimed(
    database,
    neverStopped,
    async (claims, { stop, kill, giveUp }) => {
      const queue = await openJobQueue(database, { supervise: false });
      giveUp.addEventListener('abort', () => void queue.abandon());
      proxy.fallSilent();
      const waiting = [
        unlessLost(claims, new Promise(() => {})),
        database.sql`select 1`.execute(),
        queue.take(['evaluate']),
      ];
      for (const { reason } of (await Promise.allSettled(waiting)) as PromiseRejectedResult[])
        codes.push((reason as { code?: unknown }).code);
      expect([stop.aborted, kill.aborted]).toEqual([true, true]);
      await queue.close().catch(() => {});
    },
    100,
  );
  await expect(working).rejects.toMatchObject({
    code: 'db.connection-lost',
    message: expect.stringContaining('has not answered') as string,
  });
  expect(codes).toEqual(['db.connection-lost', 'CONNECTION_DESTROYED', 'CONNECTION_DESTROYED']);
  await proxy.clientsGone();
});
