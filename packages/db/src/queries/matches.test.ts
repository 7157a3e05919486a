import { expect, test } from 'vitest';
import { newRun, newSweep } from '../testing/sample-rows.ts';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { enqueueRuns } from './enqueue-runs.ts';
import { beginEvaluation, finishEvaluation } from './evaluations.ts';
import { featuresOf } from './feature-evaluations.ts';
import { appendLatents } from './latents.ts';
import { countMatches, matchedLatents, type MatchList } from './matched-latents.ts';
import {
  glancesAt,
  matchesAmong,
  matchesOfPair,
  pairCosines,
  storeMatches,
  type NewMatches,
} from './matches.ts';
import { upsertSaes } from './saes.ts';
import type { SaeSubject } from './subject.ts';

const server = useTestDatabase();
const silent = Number.NaN;

/**
 * Latent 0 of `a` is latents 1 and 2 of `b`; 1 is 0; 2 has only a weak match, which is the partner of 1; 3 matches nothing;
 * 4 is silent.
 */
const matches: Omit<NewMatches, 'pair'> = {
  version: 1,
  settings: { maxTokens: 10 },
  activationsId: 'activations-1',
  figures: { match_best: 0.7, match_one_to_one: null },
  random: { match_best: 0.2 },
  tokens: 10,
  documents: 2,
  seconds: 1,
  provenance: {},
  bestA: [1, 0, 0, 3, -1],
  cosineA: [0.9, 0.95, 0.5, 0.1, silent],
  partnerA: [1, 0, 2, 3, -1],
  partnerCosineA: [0.9, 0.95, 0.2, 0.1, silent],
  densityA: [0.3, 0.2, 0.1, 0.4, 0],
  togetherA: [0.6, 0.7, 0.8, 0.1, silent],
  bestB: [1, 0, 0, 3],
  cosineB: [0.95, 0.9, 0.8, 0.1],
  partnerB: [1, 0, 2, 3],
  partnerCosineB: [0.95, 0.9, 0.2, 0.1],
  densityB: [0.2, 0.15, 0.15, 0.3],
  togetherB: [1, 0.9, 0.85, 0.1],
};

async function twoRuns(): Promise<[number, number]> {
  const runs = await enqueueRuns(server.db, await newSweep(server.db), [newRun(), newRun({ seed: 1 })]);
  return [runs[0]!.id, runs[1]!.id];
}

let stored = 0;

async function twoSaes(): Promise<[number, number]> {
  stored += 1;
  const of = { kind: 'foreign', source: './theirs', architecture: 'topk', hook: 'h', dIn: 2 } as const;
  const saes = await upsertSaes(server.db, [
    { ...of, saeHash: `one ${stored}`, name: 'one', width: 5, config: {} },
    { ...of, saeHash: `two ${stored}`, name: 'two', width: 4, config: {} },
  ]);
  return [saes[0]!.id, saes[1]!.id];
}

const PAIRS: Readonly<Record<string, () => Promise<[SaeSubject, SaeSubject]>>> = {
  'two runs': async () => {
    const [a, b] = await twoRuns();
    return [{ runId: a }, { runId: b }];
  },
  'a run and another SAE': async () => [{ runId: (await twoRuns())[1] }, { saeId: (await twoSaes())[0] }],
  'two other SAEs': async () => {
    const [a, b] = await twoSaes();
    return [{ saeId: a }, { saeId: b }];
  },
};

async function pair(kind = 'two runs'): Promise<[SaeSubject, SaeSubject]> {
  const saes = await PAIRS[kind]!();
  await storeMatches(server.db, { ...matches, pair: saes });
  return saes;
}

test.each(Object.keys(PAIRS))('lists the latents of %s, from either side', async (kind) => {
  const [a, b] = await pair(kind);
  const query = { own: a, other: b, threshold: 0.7, floor: 0.4 };
  const listed = async (list: MatchList, own = a, other = b) =>
    (await matchedLatents(server.db, { ...query, own, other, list }, { limit: 9 })).map((row) => [
      row.latent,
      row.matches.map(({ latent }) => latent),
    ]);
  expect(await listed('pairs')).toEqual([
    [1, [0]],
    [0, [1]],
    [2, [2]],
    [3, [3]],
  ]);
  expect(await listed('only')).toEqual([
    [3, [3]],
    [2, [0]],
  ]);
  expect(await listed('only', b, a)).toEqual([[3, [3]]]);
  expect(await listed('splits')).toEqual([[0, [1, 2]]]);
  expect(await listed('splits', b, a)).toEqual([]);
  expect(await listed('absorbed')).toEqual([[2, [0]]]);
  expect(await countMatches(server.db, query)).toEqual({ pairs: 4, only: 2, splits: 1, absorbed: 1 });
  const [split] = await matchedLatents(server.db, { ...query, list: 'splits' }, { limit: 1 });
  expect(split!.matches[1]).toEqual({ latent: 2, cosine: 0.8, density: 0.15, together: 0.85 });
});

test('continues a list after a cursor, also between equal keys', async () => {
  const [a, b] = await pair();
  const all = { own: b, other: a, list: 'only', threshold: 2, floor: 0 } as const;
  const seen: number[] = [];
  let after: { key: number; latent: number } | undefined;
  for (;;) {
    const [next] = await matchedLatents(server.db, all, { after, limit: 1 });
    if (next === undefined) break;
    seen.push(next.latent);
    after = next;
  }
  expect(seen).toEqual([3, 0, 1, 2]);
});

test('finds the pairs among runs', async () => {
  const [a, b] = await twoRuns();
  const other = { saeId: (await twoSaes())[0] };
  await storeMatches(server.db, { ...matches, pair: [{ runId: a }, { runId: b }] });
  await storeMatches(server.db, { ...matches, pair: [{ runId: a }, other] });
  expect(await matchesAmong(server.db, [b, a])).toMatchObject([{ runA: a, runB: b }]);
  expect(await matchesAmong(server.db, [a])).toEqual([]);
});

test.each(Object.keys(PAIRS))('keeps one row for %s, and deletes it with one of them', async (kind) => {
  const [a, b] = await pair(kind);
  await storeMatches(server.db, { ...matches, pair: [a, b], tokens: 20 });
  expect(await matchesOfPair(server.db, b, a)).toMatchObject({ tokens: 20 });
  const found = (await pairCosines(server.db, b, a))!;
  expect(found.cosineA[4]).toBeNaN();
  expect(found.cosineB[2]).toBeCloseTo(0.8, 6);
  await expect(storeMatches(server.db, { ...matches, pair: [b, a] })).rejects.toThrow('sae_matches');
  await server.db.execute(
    b.runId === undefined
      ? `delete from saes where id = ${b.saeId}`
      : `delete from runs where id = ${b.runId}`,
  );
  expect(await pairCosines(server.db, a, b)).toBeUndefined();
});

test('glances at latents of the newest feature data', async () => {
  const [run] = await twoRuns();
  expect(await featuresOf(server.db, { runId: run })).toBeUndefined();
  const id = await beginEvaluation(server.db, {
    runId: run,
    name: 'features',
    version: 1,
    dataId: 'data',
    settingsHash: 'settings',
    activationsId: 'activations-1',
    settings: {},
    provenance: {},
  });
  const example = { tokens: ['a', 'b'], activations: [null, 2], at: 1 };
  const row = { latent: 3, density: 0.1, maxActivation: 2, loweredToken: null };
  await appendLatents(server.db, id, [
    { ...row, topToken: 'b', raisedToken: 'c', features: { top: [example] } },
    { ...row, latent: 4, topToken: null, raisedToken: null, features: { top: [] } },
  ]);
  const none = { figures: {}, histograms: [], tokens: 1, documents: 1, seconds: 0 };
  await finishEvaluation(server.db, id, none);
  expect(await featuresOf(server.db, { runId: run })).toMatchObject({ id });
  expect(
    (await glancesAt(server.db, id, [4, 3, 3, 9], { examples: true })).toSorted(
      (x, y) => x.latent - y.latent,
    ),
  ).toEqual([
    { latent: 3, topToken: 'b', raisedToken: 'c', example },
    { latent: 4, topToken: null, raisedToken: null, example: null },
  ]);
});
