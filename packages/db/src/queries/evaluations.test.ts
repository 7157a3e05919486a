import { expect, test } from 'vitest';
import { mainFigures } from '../main-figures.ts';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { newRun, newSweep, startedRun } from '../testing/sample-rows.ts';
import { runVersion, sweepVersion } from './changes.ts';
import { openClaims } from './claims.ts';
import { enqueueRuns } from './enqueue-runs.ts';
import {
  beginEvaluation,
  dropUnfinished,
  evaluatedSubjects,
  evaluationHistogramsOf,
  evaluationsOfRun,
  evaluationsOfSae,
  evaluationsOfSaes,
  evaluationsOfSweep,
  finishEvaluation,
  type EvaluationIdentity,
  type NewEvaluation,
} from './evaluations.ts';
import { appendLatents, countLatents, latentOf, latentsByDensity } from './latents.ts';
import { linkSaes, saesOfRuns, saesOfSweep, upsertSaes, type NewSae } from './saes.ts';

const server = useTestDatabase();
const key = { name: 'ce', version: 1, dataId: 'data', settingsHash: 'settings' };
const started = {
  activationsId: 'activations-1',
  settings: { maxTokens: 100 },
  provenance: { commit: 'abc' },
};
const result: NewEvaluation = {
  figures: {
    ce_recovered: { value: 0.98, low: 0.97, high: 0.99 },
    kl: { value: Number.NaN, low: null, high: null },
  },
  histograms: [{ name: 'spread', edges: [0, 1, 2], counts: [3, 4] }],
  tokens: 100,
  documents: 7,
  seconds: 1.5,
};
const sae: NewSae = {
  saeHash: 'weights-1',
  kind: 'baseline',
  name: 'identity',
  source: 'identity',
  architecture: 'standard',
  hook: 'blocks.3.hook_mlp_out',
  dIn: 64,
  width: 128,
  config: {},
};

async function evaluate(identity: EvaluationIdentity, given: Partial<NewEvaluation> = {}): Promise<number> {
  const id = await beginEvaluation(server.db, { ...identity, ...started });
  await finishEvaluation(server.db, id, { ...result, ...given });
  return id;
}

const latent = (index: number, density: number, text = 'x') => ({
  latent: index,
  density,
  maxActivation: 2,
  topToken: text,
  raisedToken: null,
  loweredToken: null,
  features: { quantiles: [{ p: 0.5, value: 1 }], top: [text] },
});

test('stores figures with intervals, NaN, and histograms', async () => {
  const { runId } = await startedRun(server.db);
  const id = await evaluate({ runId, ...key });
  const [stored, ...others] = await evaluationsOfRun(server.db, runId);
  expect(others).toEqual([]);
  const { histograms, ...rest } = result;
  expect(stored).toMatchObject({ id, ...key, ...started, ...rest, runId, saeId: null });
  expect(stored!.finishedAt).toBeInstanceOf(Date);
  expect(await evaluationHistogramsOf(server.db, id)).toEqual(histograms);
});

test('shows nothing of an evaluation until it has finished', async () => {
  const { runId } = await startedRun(server.db);
  const before = await runVersion(server.db, runId);
  const id = await beginEvaluation(server.db, { runId, ...key, ...started });
  await appendLatents(server.db, id, [latent(0, 0.1)]);
  expect(await evaluationsOfRun(server.db, runId)).toEqual([]);
  expect(await evaluatedSubjects(server.db, key, [{ runId }])).toEqual([]);
  expect(await runVersion(server.db, runId)).toBe(before);
  await finishEvaluation(server.db, id, result);
  expect(await evaluationsOfRun(server.db, runId)).toHaveLength(1);
  expect(await evaluatedSubjects(server.db, key, [{ runId }])).toEqual([{ runId }]);
  expect(await runVersion(server.db, runId)).not.toBe(before);
  await dropUnfinished(server.db, id);
  expect(await countLatents(server.db, id)).toBe(1);
});

test('replaces an evaluation of the same identity, and keeps those of other versions, data and settings', async () => {
  const { runId } = await startedRun(server.db);
  await evaluate({ runId, ...key });
  const others = [{ version: 2 }, { dataId: 'other' }, { settingsHash: 'other' }, { name: 'geometry' }];
  for (const other of others) await evaluate({ runId, ...key, ...other });
  const again = await evaluate({ runId, ...key }, { tokens: 5 });
  const stored = await evaluationsOfRun(server.db, runId);
  expect(stored).toHaveLength(5);
  expect(stored.at(-1)).toMatchObject({ id: again, tokens: 5 });
});

test('lets a superseded process write nothing', async () => {
  const { runId } = await startedRun(server.db);
  const first = await beginEvaluation(server.db, { runId, ...key, ...started });
  await appendLatents(server.db, first, [latent(0, 0.1)]);
  const second = await beginEvaluation(server.db, { runId, ...key, ...started });
  const stale = { code: 'db.stale-evaluation' };
  await expect(appendLatents(server.db, first, [latent(1, 0.1)])).rejects.toMatchObject(stale);
  await expect(finishEvaluation(server.db, first, result)).rejects.toMatchObject(stale);
  expect(await countLatents(server.db, first)).toBe(0);
  await finishEvaluation(server.db, second, result);
  await expect(finishEvaluation(server.db, second, result)).rejects.toMatchObject(stale);
  expect(await evaluationsOfRun(server.db, runId)).toHaveLength(1);
});

test('stores nothing of an evaluation whose result cannot be stored', async () => {
  const { runId } = await startedRun(server.db);
  const kept = await evaluate({ runId, ...key });
  const id = await beginEvaluation(server.db, { runId, ...key, ...started });
  const bad = finishEvaluation(server.db, id, { ...result, tokens: 0.5 });
  await expect(bad).rejects.toMatchObject({ code: 'db.bad-value' });
  expect(await evaluationsOfRun(server.db, runId)).toMatchObject([{ id: kept, tokens: 100 }]);
});

test('a deleted run takes its evaluations, their figures and latents with it', async () => {
  const { runId } = await startedRun(server.db);
  const id = await beginEvaluation(server.db, { runId, ...key, ...started });
  await appendLatents(server.db, id, [latent(0, 0.1)]);
  await finishEvaluation(server.db, id, result);
  await server.database.sql`delete from runs where id = ${runId}`;
  const left = await server.database.sql`
    select (select count(*) from evaluations where id = ${id})
      + (select count(*) from evaluation_figures where evaluation_id = ${id})
      + (select count(*) from evaluation_histograms where evaluation_id = ${id})
      + (select count(*) from latents where evaluation_id = ${id}) as rows`;
  expect(Number(left[0]!['rows'])).toBe(0);
});

test('lists the evaluations of the runs and the other SAEs of a sweep', async () => {
  const sweepId = await newSweep(server.db);
  const [run] = await enqueueRuns(server.db, sweepId, [newRun()]);
  const [identity, mean] = await upsertSaes(server.db, [sae, { ...sae, saeHash: 'weights-2', name: 'mean' }]);
  await linkSaes(server.db, sweepId, [mean!.id, identity!.id, mean!.id]);
  expect(await saesOfSweep(server.db, sweepId)).toEqual([mean, identity]);
  const before = await sweepVersion(server.db, sweepId);
  await evaluate({ runId: run!.id, ...key });
  const after = await sweepVersion(server.db, sweepId);
  await evaluate({ saeId: mean!.id, ...key });
  expect(await evaluationsOfSweep(server.db, sweepId)).toMatchObject([
    { runId: run!.id, saeId: null },
    { runId: null, saeId: mean!.id },
  ]);
  expect(new Set([before, after, await sweepVersion(server.db, sweepId)]).size).toBe(3);
  expect(await evaluationsOfSae(server.db, identity!.id)).toEqual([]);
  const elsewhere = { saeId: mean!.id, ...key, dataId: 'elsewhere', ...started, activationsId: 'others' };
  await finishEvaluation(server.db, await beginEvaluation(server.db, elsewhere), result);
  expect(await evaluationsOfSweep(server.db, sweepId)).toHaveLength(2);
  expect(await evaluationsOfSae(server.db, mean!.id)).toHaveLength(2);
  await linkSaes(server.db, sweepId, []);
  expect(await saesOfSweep(server.db, sweepId)).toEqual([]);
  expect(await evaluationsOfSweep(server.db, sweepId)).toHaveLength(1);
});

test('finds the SAEs of runs through their sweeps, and their evaluations on given activations', async () => {
  const { db } = server;
  const [sweep, other] = [await newSweep(db), await newSweep(db)];
  const [run] = await enqueueRuns(db, sweep, [newRun()]);
  await enqueueRuns(db, other, [newRun()]);
  const [pca, random] = await upsertSaes(db, [
    { ...sae, saeHash: 'weights-3', name: 'pca' },
    { ...sae, saeHash: 'weights-4', name: 'random' },
  ]);
  await linkSaes(db, sweep, [pca!.id]);
  await linkSaes(db, other, [random!.id]);
  expect(await saesOfRuns(db, [run!.id])).toEqual([pca]);
  expect(await saesOfRuns(db, [])).toEqual([]);
  await evaluate({ saeId: pca!.id, ...key });
  const weights = { saeId: pca!.id, ...key, name: 'geometry', ...started, activationsId: null };
  await finishEvaluation(db, await beginEvaluation(db, weights), result);
  const namesOn = async (...activations: string[]) =>
    (await evaluationsOfSaes(db, [pca!.id], activations)).map(({ name }) => name);
  expect(await namesOn('activations-1', 'others')).toEqual(['ce', 'geometry']);
  expect(await namesOn('others')).toEqual(['geometry']);
  expect(await namesOn()).toEqual(['geometry']);
  expect(await evaluationsOfSaes(db, [], ['activations-1'])).toEqual([]);
});

test('an SAE of the same weights keeps its row', async () => {
  const [first] = await upsertSaes(server.db, [{ ...sae, saeHash: 'same', source: './a' }]);
  const [again] = await upsertSaes(server.db, [{ ...sae, saeHash: 'same', source: './b' }]);
  expect(again).toEqual({ ...first, source: './b' });
});

test('reads one latent, and lists latents by density without their features', async () => {
  const { runId } = await startedRun(server.db);
  const id = await beginEvaluation(server.db, { runId, ...key, ...started });
  await appendLatents(server.db, id, [latent(0, 0.1), latent(1, 0.5), latent(2, 0.1, 'a\0b\ud800')]);
  await appendLatents(server.db, id, [latent(3, 0)]);
  const { features: _, ...second } = latent(1, 0.5);
  const listed = await latentsByDensity(server.db, id, { limit: 3 });
  expect(listed.map((row) => row.latent)).toEqual([1, 0, 2]);
  expect(listed[0]).toEqual(second);
  expect(await latentsByDensity(server.db, id, { limit: 3, offset: 3 })).toHaveLength(1);
  expect(await latentOf(server.db, id, 2)).toEqual(latent(2, 0.1, 'a\ufffdb\ufffd'));
  expect(await latentOf(server.db, id, 9)).toBeUndefined();
});

test('the index on density gives the order of the list', async () => {
  const plan = await server.database.sql.begin(async (sql) => {
    // The table is nearly empty, so sorting would be cheaper.
    await sql.unsafe('set local enable_sort = off; set local enable_bitmapscan = off');
    return sql.unsafe(
      'explain select latent from latents where evaluation_id = 1 order by density desc, latent limit 20',
    );
  });
  expect(JSON.stringify(plan)).toContain('latents_by_density');
  expect(JSON.stringify(plan)).not.toContain('Sort');
});

test('two processes do not claim one evaluation', async () => {
  const [one, other] = [await openClaims(server.database), await openClaims(server.database)];
  expect(await one.claimEvaluation('a')).toBe(true);
  expect(await other.claimEvaluation('a')).toBe(false);
  expect(await other.claimEvaluation('b')).toBe(true);
  await one.releaseEvaluation('a');
  expect(await other.claimEvaluation('a')).toBe(true);
  await Promise.all([one.close(), other.close()]);
});

test('tables show the figures of the latest version on the most tokens', async () => {
  const { runId } = await startedRun(server.db);
  const figure = (value: number) => ({ ce_recovered: { value, low: null, high: null } });
  await evaluate({ runId, ...key, settingsHash: 'most' }, { tokens: 900, figures: figure(0.9) });
  await evaluate({ runId, ...key, settingsHash: 'few' }, { tokens: 50, figures: figure(0.5) });
  const shown = async () => mainFigures(await evaluationsOfRun(server.db, runId), 'runId').get(runId);
  expect(await shown()).toEqual({ ce_recovered: 0.9 });
  await evaluate({ runId, ...key, version: 2 }, { tokens: 10, figures: figure(0.8) });
  expect(await shown()).toEqual({ ce_recovered: 0.8 });
});
