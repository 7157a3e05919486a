import { expect, test } from 'vitest';
import { mainFigures } from '../main-figures.ts';
import { newRun, newSweep } from '../testing/sample-rows.ts';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { comparedHistograms, comparedRuns, histogramNames } from './compared-runs.ts';
import { enqueueRuns } from './enqueue-runs.ts';
import { beginEvaluation, evaluationsOfRun, finishEvaluation } from './evaluations.ts';
import { saveResult } from './results.ts';
import { startRun } from './run-lifecycle.ts';

const server = useTestDatabase();

const hash = (first: string) => first.padEnd(64, '0');
const histogram = (name: string) => ({ name, edges: [0, 1, 2], counts: [3, 4] });

async function finishedRun(sweepId: number, runHash: string, figures: Record<string, number>) {
  const { db } = server;
  const [run] = await enqueueRuns(db, sweepId, [newRun({ runHash })]);
  const attempt = (await startRun(db, run!.id, { provenance: {}, totalSteps: 1 }))!;
  const histograms = [histogram('decoder_norms'), histogram('active_units')];
  const result = { figures, histograms, artifacts: [], seconds: 1, finalStep: 1 };
  await saveResult(db, { runId: run!.id, attempt, ...result });
  return run!.id;
}

async function evaluate(runId: number, version: number, tokens: number, ce: number) {
  const { db } = server;
  const key = { name: 'ce', version, dataId: `data-${tokens}`, settingsHash: 'settings' };
  const id = await beginEvaluation(db, { runId, ...key, activationsId: null, settings: {}, provenance: {} });
  const figures = { ce_recovered: { value: ce, low: null, high: null } };
  await finishEvaluation(db, id, { figures, histograms: [], tokens, documents: 1, seconds: 1 });
}

test('finds runs by id and by hash, each once, with NaN kept and without runs that nobody asked for', async () => {
  const { db } = server;
  const sweep = await newSweep(db);
  const a = await finishedRun(sweep, hash('aaaa1111'), { l0: 4, mmcs: Number.NaN });
  const b = await finishedRun(sweep, hash('bbbb2222'), { l0: 8 });
  await finishedRun(sweep, hash('cccc3333'), { l0: 16 });
  const found = await comparedRuns(db, { ids: [a], hashes: ['bbbb2222', hash('aaaa1111')] }, 500);
  expect(found.map(({ id }) => id)).toEqual([a, b]);
  expect(found[0]!.figures).toEqual({ l0: 4, mmcs: Number.NaN });
  expect(found[0]!.status).toBe('finished');
  expect(await comparedRuns(db, { ids: [], hashes: [] }, 500)).toEqual([]);
  expect(await comparedRuns(db, { sweepId: sweep }, 2)).toHaveLength(2);
});

test('takes the evaluation that tables show', async () => {
  const { db } = server;
  const sweep = await newSweep(db);
  const run = await finishedRun(sweep, hash('dddd4444'), { l0: 4 });
  await evaluate(run, 2, 100, 0.7);
  await evaluate(run, 1, 900, 0.9);
  await evaluate(run, 2, 50, 0.5);
  const [found] = await comparedRuns(db, { sweepId: sweep }, 500);
  expect(found!.figures).toEqual({ l0: 4, ce_recovered: 0.7 });
  expect(mainFigures(await evaluationsOfRun(db, run), 'runId').get(run)).toEqual({ ce_recovered: 0.7 });
});

test('reads one histogram of several runs', async () => {
  const { db } = server;
  const sweep = await newSweep(db);
  const runs = [
    await finishedRun(sweep, hash('eeee5555'), {}),
    await finishedRun(sweep, hash('eeee6666'), {}),
  ];
  expect(await histogramNames(db, runs)).toEqual(['active_units', 'decoder_norms']);
  const found = await comparedHistograms(db, runs, 'active_units');
  expect(found.map(({ runId, counts }) => [runId, counts])).toEqual(runs.map((id) => [id, [3, 4]]));
  expect(await comparedHistograms(db, [], 'active_units')).toEqual([]);
});
