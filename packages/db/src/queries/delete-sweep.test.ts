import { expect, onTestFinished, test } from 'vitest';
import { newRun, newSweep } from '../testing/sample-rows.ts';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { archiveSweep, setSweepNotes, tagsOfSweep, tagSweep, untagSweep } from './annotations.ts';
import { sweepVersion } from './changes.ts';
import { openClaims } from './claims.ts';
import { deleteSweep, deletionOf, sharedRuns } from './delete-sweep.ts';
import { enqueueRuns } from './enqueue-runs.ts';
import { saveResult } from './results.ts';
import { startRun } from './run-lifecycle.ts';
import { runById } from './runs.ts';
import { listSweeps, setSweepStatus, sweepById, upsertSweep } from './sweeps.ts';

const server = useTestDatabase();
const RIGHT_TO_LEFT = '\u0639\u0631\u0628\u064a';

test('deletes a sweep and its own runs, and leaves those of other sweeps', async () => {
  const { db } = server;
  const [sweepId, other] = [await newSweep(db), await newSweep(db)];
  for (const id of [sweepId, other]) await setSweepStatus(db, id, 'finished');
  const [own, shared] = [newRun(), newRun()];
  const runs = await enqueueRuns(db, sweepId, [own, shared]);
  await enqueueRuns(db, other, [shared]);
  const attempt = (await startRun(db, runs[0]!.id, { provenance: {} }))!;
  await saveResult(db, {
    runId: runs[0]!.id,
    attempt,
    figures: { l0: 8 },
    histograms: [],
    artifacts: [{ kind: 'sae', path: 'runs/a/sae/w', bytes: 1234, sha256: 's' }],
    seconds: 1,
    finalStep: 10,
  });

  expect(await sharedRuns(db, sweepId)).toEqual([runs[1]!.id]);
  expect(await deletionOf(db, sweepId)).toEqual({ runs: 1, shared: 1, bytes: 1234 });
  expect(await deleteSweep(db, sweepId)).toEqual([own.runHash]);
  expect(await sweepById(db, sweepId)).toBeUndefined();
  expect(await runById(db, runs[0]!.id)).toBeUndefined();
  expect(await runById(db, runs[1]!.id)).toMatchObject({ runHash: shared.runHash });
  expect(await deletionOf(db, other)).toEqual({ runs: 1, shared: 0, bytes: 0 });
  expect(await deleteSweep(db, sweepId)).toBeUndefined();
});

test('a sweep without runs can be deleted', async () => {
  const sweepId = await newSweep(server.db);
  expect(await deletionOf(server.db, sweepId)).toEqual({ runs: 0, shared: 0, bytes: 0 });
  expect(await deleteSweep(server.db, sweepId)).toEqual([]);
});

test('a sweep that is running, or one of whose runs another process trains, is refused', async () => {
  const { db } = server;
  const claims = await openClaims(server.database);
  onTestFinished(() => claims.close());
  const sweepId = await newSweep(db);
  await claims.joinSweep(sweepId);
  await expect(deleteSweep(db, sweepId)).rejects.toMatchObject({ code: 'sweep.running' });

  const training = await newSweep(db);
  await setSweepStatus(db, training, 'interrupted');
  const [run] = await enqueueRuns(db, training, [newRun()]);
  await claims.claim(run!.id);
  await startRun(db, run!.id, { provenance: {} });
  await expect(deleteSweep(db, training)).rejects.toThrow(/Cancel it first/);
  expect(await sweepById(db, training)).toBeDefined();
});

test('notes, tags and the archive are stored, change the version, and come back with the list', async () => {
  const { db } = server;
  const sweepId = await newSweep(db);
  const versions = new Set([await sweepVersion(db, sweepId)]);
  const change = async (write: Promise<void>): Promise<void> => {
    await write;
    versions.add(await sweepVersion(db, sweepId));
  };
  await change(setSweepNotes(db, sweepId, 'Why “this”?\n\u0000 🎉'));
  await change(tagSweep(db, sweepId, 'paper'));
  await change(tagSweep(db, sweepId, RIGHT_TO_LEFT));
  await tagSweep(db, sweepId, 'paper');
  await change(archiveSweep(db, sweepId, true));
  expect(versions.size).toBe(5);
  const listed = (await listSweeps(db)).find(({ id }) => id === sweepId)!;
  expect(listed.tags).toEqual(['paper', RIGHT_TO_LEFT]);
  expect(listed.archivedAt).toBeInstanceOf(Date);
  expect(listed.notes).toMatch(/^Why “this”\?\n.* 🎉$/);

  await untagSweep(db, sweepId, 'paper');
  expect(await tagsOfSweep(db, sweepId)).toEqual([RIGHT_TO_LEFT]);
  await tagSweep(db, 999_999, 'nothing');

  // A sweep that is started again is back on the list, with its notes.
  const { name, definitionHash, definition, file, source } = listed;
  await upsertSweep(db, { name, definitionHash, definition, file, source });
  expect(await sweepById(db, sweepId)).toMatchObject({ archivedAt: null, notes: listed.notes });
});
