/** Workers that help a sweep which its own command trains. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  attemptsOfRun,
  cancelRuns,
  offerSweep,
  openClaims,
  runsOfSweep,
  standingOffers,
  sweepById,
  type SweepOffer,
} from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { expect, it, onTestFinished, vi } from 'vitest';
import { newDataDir, startSweep, startWorker } from './sweep-command.ts';
import { useQueueDatabase } from './use-queue-database.ts';

const test = useQueueDatabase();
/** Four processes on a busy machine. */
const LONG = { timeout: 300_000 };

/** Everything that a run of the sweep has left in the table of attempts. */
const attempts = async () => {
  const runs = await runsOfSweep(test.db, 1);
  return Promise.all(
    runs.map(async ({ id, status }) => [
      status,
      ...(await attemptsOfRun(test.db, id)).map((one) => one.reason),
    ]),
  );
};

it(
  'trains runs of a sweep with the same store, and leaves those whose files it does not reach',
  LONG,
  async () => {
    const [other, store] = [await newDataDir(), await mkdtemp(join(tmpdir(), 'sae-lab-store-'))];
    onTestFinished(async () => {
      await removeDataDir(other);
      await rm(store, { recursive: true });
    });
    const shared = { SAE_LAB_STORE: store };
    const elsewhere = { DATABASE_URL: test.database.url };
    // They are there before the sweep, so that its runs cannot be over before they look.
    const [helper, alone] = [{ ...elsewhere, ...shared }, elsewhere].map((env) =>
      startWorker(other, ['--concurrency', '1', '--idle', '10m'], env),
    );
    onTestFinished(() => [helper, alone].forEach((worker) => worker!.process.kill()));
    await Promise.all([helper, alone].map((worker) => worker!.shown('"worker.waiting"')));
    const local = startSweep('handed-over.ts', test.dataDir, ['--workers', '1', '--json'], shared);
    const { code, stderr, events } = await local.ended;
    const [helped, left] = await Promise.all(
      [helper, alone].map((worker) => {
        worker!.process.kill('SIGTERM');
        return worker!.ended;
      }),
    );

    expect(left!.events().at(-1)).toMatchObject({ left: 1, finished: 0 });
    expect(left!.stderr).toMatch(
      /left to others \(queue\.files-elsewhere\)\n +sweep 1 \(handed-over\) runs on /,
    );
    expect(code, stderr).toBe(0);
    expect(helped!.events().at(-1)).toMatchObject({ left: 0, finished: 1, handedBack: 0 });
    expect(events().at(-1)).toMatchObject({ finished: 1, skipped: 1 });
    expect(await attempts()).toEqual(Array(2).fill(['finished', 'finished']));
    const sweep = await sweepById(test.db, 1);
    expect([sweep?.status, sweep?.offer]).toEqual(['finished', null]);
  },
);

it('takes no run that the command leaves when it is stopped, and continues the one that it has', async () => {
  const local = startSweep('endless.ts', test.dataDir, ['--workers', '1', '--json']);
  await local.shown('"run.progress"');
  const worker = startWorker(test.dataDir);
  onTestFinished(() => void worker.process.kill());
  await worker.shown(': step ');
  local.process.kill('SIGINT');
  expect((await local.ended).code).toBe(130);
  expect((await sweepById(test.db, 1))?.status).toBe('interrupted');
  const [first, second] = await runsOfSweep(test.db, 1);
  expect([first!.status, second!.status]).toEqual(['interrupted', 'running']);
  await cancelRuns(test.db, [second!.id]);
  const { code, events } = await worker.ended;
  expect([code, events().at(-1)]).toMatchObject([0, { cancelled: 1, finished: 0, handedBack: 0 }]);
  expect(await attempts()).toEqual([
    ['interrupted', 'interrupted'],
    ['cancelled', 'cancelled'],
  ]);
});

it('says why a sweep can be trained by its own command only, and forgets the offers of the dead', async () => {
  const { db, database, dataDir } = test;
  const local = startSweep('endless.ts', dataDir, ['--workers', '1', '--json']);
  await local.shown('"run.started"');
  await vi.waitFor(async () => expect(await standingOffers(db)).toHaveLength(1), { timeout: 20_000 });
  const { offer } = (await sweepById(db, 1))!;
  local.process.kill('SIGKILL');
  await local.ended;
  expect(await standingOffers(db)).toEqual([]);
  const claims = await openClaims(database);
  const localOnly = { ...offer, holderId: claims.holderId, localOnly: 'variants: is defined in it' };
  await offerSweep(db, 1, localOnly as SweepOffer);
  const { code, stderr } = await startWorker(dataDir).ended;
  await claims.close();
  expect([code, stderr]).toEqual([0, expect.stringContaining('left to others (queue.local-only)')]);
  expect(stderr).toContain('only that process can train its runs: variants: is defined in it');
});
