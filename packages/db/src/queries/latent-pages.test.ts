import { beforeAll, expect, test } from 'vitest';
import { startedRun } from '../testing/sample-rows.ts';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { beginEvaluation, finishEvaluation } from './evaluations.ts';
import { featuresOfRun } from './feature-evaluations.ts';
import { describedLatents, latentsAfter } from './latent-pages.ts';
import { appendLatents } from './latents.ts';

const server = useTestDatabase();
/** Several have the same density. */
const DENSITIES = [0, 0, 0, 0.25, 0.5, 0.5, 0.5, 1, 0];

let runId: number;
let evaluationId: number;

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
});

const ROW = { topToken: null, raisedToken: null, loweredToken: null, features: { nearest: [] } };

test('the evaluation of the most latents, then on the most tokens, describes the latents of a run', async () => {
  expect(await featuresOfRun(server.db, runId)).toMatchObject({ id: evaluationId, tokens: 500 });
  expect(await featuresOfRun(server.db, runId + 1)).toBeUndefined();
});

test.each([
  ['density', 'asc', [0, 1, 2, 8, 3, 4, 5, 6, 7]],
  ['density', 'desc', [7, 4, 5, 6, 3, 0, 1, 2, 8]],
  ['maxActivation', 'asc', [8, 7, 6, 5, 4, 3, 2, 1, 0]],
  ['latent', 'desc', [8, 7, 6, 5, 4, 3, 2, 1, 0]],
] as const)(
  'pages by %s, %s, have every latent once, equal ones by their index',
  async (by, direction, order) => {
    const found: number[] = [];
    for (let after: Parameters<typeof latentsAfter>[2]['after'], isLast = false; !isLast;) {
      const page = await latentsAfter(server.db, evaluationId, { order: { by, direction }, after, limit: 2 });
      found.push(...page.rows.map(({ latent }) => latent));
      after = page.next ?? undefined;
      isLast = page.next === null;
    }
    expect(found).toEqual(order);
  },
);

test('described latents come in the order of their index', async () => {
  const rows = await describedLatents(server.db, evaluationId, { after: 2, limit: 3 });
  expect(rows.map(({ latent, features }) => [latent, features])).toEqual(
    [3, 4, 5].map((latent) => [latent, ROW.features]),
  );
});
