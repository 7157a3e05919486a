import { beforeAll, expect, test } from 'vitest';
import { startedRun } from '../testing/sample-rows.ts';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { beginEvaluation, finishEvaluation } from './evaluations.ts';
import { featuresOf } from './feature-evaluations.ts';
import { describedLatents, latentsAfter } from './latent-pages.ts';
import { appendProbes, probesOfLatent, probingOf } from './latent-probes.ts';
import { appendLatents } from './latents.ts';

const server = useTestDatabase();
/** Several have the same density. */
const DENSITIES = [0, 0, 0, 0.25, 0.5, 0.5, 0.5, 1, 0];
/** By latent; some have none, and 99 is not described. */
const SCORES = { 1: 0.5, 3: 0.75, 4: 0.75, 6: 0.5, 8: 1, 99: 0.9 };

let runId: number;
let evaluationId: number;
let probingId: number;

beforeAll(async () => {
  ({ runId } = await startedRun(server.db));
  // Of those with the most latents, the one on most tokens counts. One that is not finished never does.
  for (const [tokens, isFinished, described] of [
    [500, true, DENSITIES.length],
    [100, true, DENSITIES.length],
    [700, true, 3],
    [900, false, DENSITIES.length],
  ] as const) {
    const id = await beginEvaluation(server.db, {
      runId,
      name: 'features',
      version: 1,
      dataId: String(tokens),
      settingsHash: 's',
      activationsId: null,
      settings: {},
      provenance: {},
    });
    const rows = DENSITIES.slice(0, described).map((density, latent) => ({
      ...ROW,
      latent,
      density,
      maxActivation: -latent,
    }));
    await appendLatents(server.db, id, rows);
    const result = { figures: {}, histograms: [], tokens, documents: 1, seconds: 1 };
    if (isFinished) await finishEvaluation(server.db, id, result);
    if (tokens === 500) evaluationId = id;
  }
  // The latest version counts, and of it the one on the most documents that has scores.
  for (const [version, documents, scored] of [
    [2, 900, {}],
    [3, 200, SCORES],
    [3, 100, { 5: 1 }],
    [3, 500, {}],
  ] as const) {
    const id = await beginEvaluation(server.db, {
      runId,
      name: 'probing',
      version,
      dataId: String(documents),
      settingsHash: 's',
      activationsId: null,
      settings: { maxDocuments: documents },
      provenance: {},
    });
    const rows = Object.entries(scored).map(([latent, score]) => ({
      latent: Number(latent),
      class: 'law\0',
      score,
      trainingScore: 0.9,
      pValue: 1e-300,
      documents: 40,
    }));
    await appendProbes(server.db, id, rows);
    const result = { figures: {}, histograms: [], tokens: 10, documents, seconds: 1 };
    await finishEvaluation(server.db, id, result);
    if (scored === SCORES) probingId = id;
  }
});

const ROW = { topToken: null, raisedToken: null, loweredToken: null, features: { nearest: [] } };

test('the evaluation of the most latents, then on the most tokens, describes the latents of a run', async () => {
  expect(await featuresOf(server.db, { runId })).toMatchObject({ id: evaluationId, tokens: 500 });
  expect(await featuresOf(server.db, { runId: runId + 1 })).toBeUndefined();
});

test.each([
  ['density', 'asc', [0, 1, 2, 8, 3, 4, 5, 6, 7]],
  ['density', 'desc', [7, 4, 5, 6, 3, 0, 1, 2, 8]],
  ['maxActivation', 'asc', [8, 7, 6, 5, 4, 3, 2, 1, 0]],
  ['latent', 'desc', [8, 7, 6, 5, 4, 3, 2, 1, 0]],
  ['probingScore', 'desc', [8, 3, 4, 1, 6, 0, 2, 5, 7]],
  ['probingScore', 'asc', [1, 6, 3, 4, 8, 0, 2, 5, 7]],
] as const)(
  'pages by %s, %s, have every latent once, equal ones by their index',
  async (by, direction, order) => {
    for (const limit of [1, 2, 5, 9]) {
      const found: number[] = [];
      for (let after: Parameters<typeof latentsAfter>[2]['after'], isLast = false; !isLast;) {
        const query = { order: { by, direction }, after, limit, probingId };
        const page = await latentsAfter(server.db, evaluationId, query);
        for (const { latent, probingScore, probingClass } of page.rows) {
          found.push(latent);
          const score = SCORES[latent as keyof typeof SCORES] ?? null;
          expect([probingScore, probingClass]).toEqual([score, score === null ? null : 'law\ufffd']);
        }
        after = page.next ?? undefined;
        isLast = page.next === null;
      }
      expect(found).toEqual(order);
    }
  },
);

test('without scores, latents are in the order of their index', async () => {
  const query = { order: { by: 'probingScore', direction: 'desc' }, limit: 9, probingId: null } as const;
  const { rows } = await latentsAfter(server.db, evaluationId, query);
  expect(rows.map(({ latent }) => latent)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test('the latest version of probing with scores counts, then the one on the most documents', async () => {
  expect(await probingOf(server.db, { runId })).toMatchObject({ id: probingId, version: 3, documents: 200 });
  expect(await probingOf(server.db, { runId: runId + 1 })).toBeUndefined();
  expect(await probesOfLatent(server.db, { runId }, 5)).toMatchObject([
    { score: 1, pValue: 1e-300, settings: { maxDocuments: 100 } },
  ]);
  expect(await probesOfLatent(server.db, { runId }, 0)).toEqual([]);
});

test('described latents come in the order of their index', async () => {
  const rows = await describedLatents(server.db, evaluationId, { after: 2, limit: 3 });
  expect(rows.map(({ latent, features }) => [latent, features])).toEqual(
    [3, 4, 5].map((latent) => [latent, ROW.features]),
  );
});
