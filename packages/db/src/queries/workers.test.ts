import { expect, test } from 'vitest';
import { silence } from '../testing/sample-rows.ts';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { openClaims } from './claims.ts';
import { livingWorkers, registerWorker } from './workers.ts';

const server = useTestDatabase();

test('lists the workers that live', async () => {
  const claims = await openClaims(server.database);
  const worker = {
    holderId: claims.holderId,
    hostname: 'node7',
    pid: 1,
    queues: ['train.cpu'],
    concurrency: 2,
    device: 'cpu',
    dataDir: '/data',
    commit: null,
  };
  const id = await registerWorker(server.db, worker);
  expect(await livingWorkers(server.db)).toMatchObject([{ id, ...worker, seenAt: expect.any(Date) }]);
  await silence(server.db, claims);
  expect(await livingWorkers(server.db)).toEqual([]);
  await claims.beat();
  expect(await livingWorkers(server.db)).toMatchObject([{ id }]);
  await claims.close();
  expect(await livingWorkers(server.db)).toEqual([]);
  // Another process has removed its claims meanwhile.
  expect(await registerWorker(server.db, worker)).toBeUndefined();
});
