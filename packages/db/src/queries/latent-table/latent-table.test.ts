import { expect, test } from 'vitest';
import { parseFilter } from '../../filter/parse.ts';
import type { Expression } from '../../filter/expression.ts';
import { startedRun } from '../../testing/sample-rows.ts';
import { useTestDatabase } from '../../testing/use-test-database.ts';
import { beginEvaluation, finishEvaluation } from '../evaluations.ts';
import { featureEvaluationsOf } from '../feature-evaluations.ts';
import { saveExplanation, explainedLatents, explanationsOfLatent } from '../latent-explanations.ts';
import { addLatentNote, deleteLatentNote, labelsOfLatents, notesOfLatent } from '../latent-notes.ts';
import { appendProbes } from '../latent-probes.ts';
import { appendLatents, type NewLatent } from '../latents.ts';
import type { LatentCursor, LatentOrder } from './latent-order.ts';
import type { DescribedSae } from './latent-source.ts';
import { exportedLatents, firstLatents, latentNeighbours, latentTable } from './latent-table.ts';

// cspell:ignore densty שלום

const server = useTestDatabase();

const example = (tokens: readonly string[], at: number) => ({
  document: 1,
  piece: 0,
  start: 0,
  tokens,
  activations: tokens.map((_, place) => (place === at ? 2 : 0)),
  at,
});

function latent(index: number, given: Partial<NewLatent> & { words?: string[] } = {}): NewLatent {
  const { words = ['the', ' dog', ' ran'], ...row } = given;
  const examples = words.length === 0 ? [] : [example(words, 1), example(['a', ...words], 2)];
  return {
    latent: index,
    density: 0.1,
    maxActivation: 2,
    topToken: words[1] ?? null,
    raisedToken: ' cat',
    loweredToken: null,
    maxCosine: 0.5,
    raisedTokens: [' cat', ' mouse'],
    activeTokens: words.length === 0 ? [] : [words[1]!],
    searchText: words.join('').toLowerCase(),
    features: { top: examples, raised: [{ token: ' cat', tokenId: 1, weight: 2 }] },
    ...row,
  };
}

const PROBED = { name: 'probing', version: 3, dataId: 'd', settingsHash: 's' };

/** @param scores by latent */
async function describedSae(
  rows: readonly NewLatent[],
  scores: Readonly<Record<number, number>> = {},
): Promise<DescribedSae> {
  const { runId } = await startedRun(server.db);
  const key = { name: 'features', version: 1, dataId: 'd', settingsHash: 's' };
  const started = { activationsId: 'a', settings: {}, provenance: {} };
  const evaluationId = await beginEvaluation(server.db, { runId, ...key, ...started });
  await appendLatents(server.db, evaluationId, rows);
  const result = { figures: {}, histograms: [], tokens: 10, documents: 2, seconds: 1 };
  await finishEvaluation(server.db, evaluationId, result);
  const probingId = await beginEvaluation(server.db, { runId, ...PROBED, ...started });
  const probes = Object.entries(scores).map(([index, score]) => ({
    latent: Number(index),
    class: index === '2' ? 'Law' : 'novel',
    score,
    trainingScore: score,
    pValue: (1 - score) ** 2,
    documents: 40,
  }));
  await appendProbes(server.db, probingId, probes);
  await finishEvaluation(server.db, probingId, result);
  return { subject: { runId }, evaluationId, probingId: probes.length === 0 ? null : probingId };
}

function filtersOf(text: string): Expression[] {
  const parsed = parseFilter(text);
  if (parsed.problem) throw parsed.problem.error;
  return parsed.value === undefined ? [] : [parsed.value];
}

const byLatent: LatentOrder = { key: 'latent', direction: 'asc' };

test('pages by cursor list every latent once, in each order, with ties and missing values', async () => {
  const sae = await describedSae(
    Array.from({ length: 23 }, (_, index) =>
      latent(index, {
        density: index % 4 === 0 ? 0 : 1 / (1 + (index % 5)),
        maxCosine: index % 3 === 0 ? null : (index % 7) / 7,
        topToken: index % 6 === 0 ? null : `t${index % 4}`,
      }),
    ),
    { 0: 0.5, 2: 0.75, 5: 0.5, 9: 1, 22: 0.625, 40: 0.9 },
  );
  for (const key of [
    'latent',
    'density',
    'max_cosine',
    'token',
    'label',
    'score',
    'probing_score',
  ] as const) {
    for (const direction of ['asc', 'desc'] as const) {
      const query = { sae, filters: [], order: { key, direction } };
      const { rows: whole } = await firstLatents(server.db, query, { limit: 100, examples: 1 });
      const paged: number[] = [];
      let after: LatentCursor | undefined;
      for (;;) {
        const page = await latentTable(server.db, query, { after, limit: 5, examples: 1 });
        if (page.length === 0) break;
        paged.push(...page.map((row) => row.latent));
        after = page.at(-1)!.cursor;
      }
      const order = whole.map((row) => row.latent);
      expect(paged).toEqual(order);
      expect(new Set(order).size).toBe(23);
      const skipped = await latentTable(server.db, query, {
        after: whole[2]!.cursor,
        skip: 4,
        limit: 2,
        examples: 1,
      });
      expect(skipped.map((row) => row.latent)).toEqual(order.slice(7, 9));
      for (const [place, index] of order.entries()) {
        expect(await latentNeighbours(server.db, query, index)).toEqual({
          previous: order[place - 1] ?? null,
          next: order[place + 1] ?? null,
        });
      }
    }
  }
}, 30_000);

test('filters find latents by numbers, tokens, text, labels and notes', async () => {
  const sae = await describedSae(
    [
      latent(0, { words: ['"a"', ' <b>x</b>', ' שלום'], raisedTokens: [' שלום', '\u0000\n'] }),
      latent(1, { density: 0, words: [], maxActivation: 0 }),
      latent(2, { density: 0.001, words: ['it', "'s", ' 🧪'] }),
    ],
    { 0: 0.5, 2: 0.9 },
  );
  const found = async (text: string): Promise<number[]> =>
    (
      await latentTable(
        server.db,
        { sae, filters: filtersOf(text), order: byLatent },
        { limit: 9, examples: 3 },
      )
    ).map((row) => row.latent);
  expect(await found('density = 0')).toEqual([1]);
  expect(await found('density > 0 and density < 0.01')).toEqual([2]);
  expect(await found('token ~ "<B>"')).toEqual([0]);
  expect(await found('promoted ~ "שלום"')).toEqual([0]);
  expect(await found('promoted = " cat"')).toEqual([1, 2]);
  expect(await found('text ~ "🧪"')).toEqual([2]);
  expect(await found('label is missing')).toEqual([0, 1, 2]);
  expect(await found('probing_score > 0.8 and probing_p < 0.05')).toEqual([2]);
  expect(await found('probing_score is missing')).toEqual([1]);
  expect(await found('probing_class = Law or probing_class ~ NOV')).toEqual([0, 2]);
  await expect(found('densty = 0')).rejects.toMatchObject({
    code: 'filter.unknown-key',
    message: expect.stringContaining('no latent has this key') as string,
  });

  const written = { subject: sae.subject, author: 'Ada' };
  await addLatentNote(server.db, { ...written, latent: 2, kind: 'label', text: 'apostrophes' });
  const id = await addLatentNote(server.db, { ...written, latent: 2, kind: 'label', text: 'Contractions' });
  await addLatentNote(server.db, { ...written, latent: 0, kind: 'note', text: 'looks like\0 HTML' });
  expect(await found('label ~ contract')).toEqual([2]);
  expect(await found('label ~ apostrophes')).toEqual([2]);
  expect(await found('note ~ html')).toEqual([0]);
  expect(await found('note is missing and label is missing')).toEqual([1]);
  const by = { evaluationId: sae.evaluationId, model: 'm', promptVersion: 1 };
  const cost = { judged: 10, promptTokens: 5, completionTokens: 3 };
  await saveExplanation(server.db, { ...by, latent: 0, label: 'markup', score: 0.5, ...cost });
  await saveExplanation(server.db, { ...by, latent: 0, label: 'HTML markup', score: 0.75, ...cost });
  expect(await found('score > 0.7')).toEqual([0]);
  expect(await found('label = "HTML markup"')).toEqual([0]);
  expect(await explainedLatents(server.db, by)).toEqual(new Set([0]));
  expect(await explanationsOfLatent(server.db, sae.evaluationId, 0)).toMatchObject([
    { label: 'HTML markup' },
  ]);

  const [first, second, third] = await latentTable(
    server.db,
    { sae, filters: [], order: byLatent },
    { limit: 9, examples: 1 },
  );
  expect(first).toMatchObject({ label: 'HTML markup', isByPerson: false, score: 0.75, notes: 1 });
  expect(first!.examples).toHaveLength(1);
  expect(first).toMatchObject({ probingScore: 0.5, probingClass: 'novel', probingP: 0.25 });
  expect(second).toMatchObject({ label: null, notes: 0, examples: [], probingScore: null, probingP: null });
  expect(third).toMatchObject({ label: 'Contractions', isByPerson: true, raised: [{ token: ' cat' }] });
  expect(await labelsOfLatents(server.db, sae.subject, [0, 2])).toEqual(new Map([[2, 'Contractions']]));
  expect(await notesOfLatent(server.db, sae.subject, 2)).toMatchObject([
    { text: 'Contractions', author: 'Ada' },
    { text: 'apostrophes' },
  ]);
  const elsewhere = { subject: sae.subject, latent: 1, id: id! };
  expect(await deleteLatentNote(server.db, elsewhere)).toBe(false);
  expect(await deleteLatentNote(server.db, { ...elsewhere, latent: 2 })).toBe(true);
  expect(await found('label ~ contract')).toEqual([]);
  expect(
    await addLatentNote(server.db, {
      ...written,
      subject: { runId: 9999 },
      latent: 0,
      kind: 'note',
      text: 'x',
    }),
  ).toBe(undefined);
});

test('latents are counted by density, with those that pass the filters', async () => {
  const sae = await describedSae([
    latent(0, { density: 0, words: [] }),
    latent(1, { density: 1e-9 }),
    latent(2, { density: 0.5 }),
    latent(3, { density: 1 }),
  ]);
  const query = { sae, filters: filtersOf('density != 1'), order: byLatent };
  const { rows, counts } = await firstLatents(server.db, query, { limit: 2, examples: 1 });
  expect(rows.map((row) => row.latent)).toEqual([0, 1]);
  expect(
    (await exportedLatents(server.db, query)).map(({ latent: index, example: text }) => [index, text]),
  ).toEqual([
    [0, null],
    [1, ['the', ' dog', ' ran']],
    [2, ['the', ' dog', ' ran']],
  ]);
  expect(counts).toEqual({
    total: 4,
    matching: 3,
    dead: { total: 1, matching: 1 },
    bins: [
      { bin: 0, total: 1, matching: 1 },
      { bin: 26, total: 1, matching: 1 },
      { bin: 27, total: 1, matching: 0 },
    ],
  });
  const [evaluation] = await featureEvaluationsOf(server.db, sae.subject);
  expect(evaluation).toMatchObject({ id: sae.evaluationId, latents: 4, tokens: 10 });
});
