import { existsSync } from 'node:fs';
import { planSynthesis, syntheticSpecSchema } from '@sae-lab/core/activations';
import { cancelSweep, enqueueRuns, openClaims, upsertSweep } from '@sae-lab/db';
import { openTestDatabase, type TestDatabase } from '@sae-lab/db/testing';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { watchRequests } from '../run/watch-requests.ts';
import { openSharedFiles } from '../shared/shared-files.ts';
import { SweepData } from './sweep-data.ts';

/** Takes much longer to make than a request to cancel takes to arrive. */
const dataset = syntheticSpecSchema.parse({
  kind: 'synthetic',
  features: 24,
  dIn: 16,
  active: 2,
  rows: 10_000_000,
});

let server: TestDatabase;
beforeAll(async () => {
  server = await openTestDatabase();
});
afterAll(() => server.stop());

it('ends the extraction of a sweep that is cancelled, and has none of it', async () => {
  const { db } = server.database;
  const { dataDir } = server;
  const { id, hook, folder } = await planSynthesis(dataset, dataDir, 0.1);
  const { id: sweepId } = await upsertSweep(db, {
    name: 's',
    definitionHash: 'h',
    definition: { dataset: { ...dataset }, evaluation: { holdout: 0.1 } },
    file: 'f',
    source: '',
  });
  const common = { variant: 'v', mathVersion: 1, hyper: {}, width: 8, seed: 0, config: {} };
  await enqueueRuns(db, sweepId, [
    { ...common, runHash: 'r', hook: hook.name, activationsId: id, lossConvention: 'none' },
  ]);
  const claims = await openClaims(server.database);
  const requests = watchRequests(db);
  onTestFinished(async () => {
    await requests.close();
    await claims.close();
  });
  let cancelling: Promise<unknown> | undefined;
  const data = new SweepData({
    db,
    requests,
    claims,
    shared: await openSharedFiles(server.database, { dataDir }),
    dataDir,
    threads: 1,
    signal: new AbortController().signal,
    warn: () => {},
    onProgress: () => void (cancelling ??= cancelSweep(db, sweepId)),
  });
  expect(await data.extract({ sweepId, commit: null, projectRoot: '/' })).toBe(false);
  expect(await cancelling).toEqual({ cancelled: 1, asked: 0 });
  expect(existsSync(folder)).toBe(false);
  expect(await data.find(id)).toBeUndefined();
});
