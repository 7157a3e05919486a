import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { newRun, newSweep } from '../testing/sample-rows.ts';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { enqueueRuns } from './enqueue-runs.ts';
import { beginEvaluation } from './evaluations.ts';
import { saveExplanation } from './latent-explanations.ts';
import { addLatentNote } from './latent-notes.ts';
import { linkSaes, upsertSaes } from './saes.ts';
import type { SaeSubject } from './subject.ts';
import { writtenLabels, type WrittenPlace, type WrittenSearch } from './written-labels.ts';

const server = useTestDatabase();

async function all(search: Omit<WrittenSearch, 'limit' | 'after'>, limit: number) {
  const rows = [];
  let after: WrittenPlace | undefined;
  do {
    const page = await writtenLabels(server.db, { ...search, limit, after });
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    rows.push(...page.rows);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return rows;
}

test('finds what was written about latents of all SAEs, the newest first, once on all pages', async () => {
  const { db } = server;
  const [first, second] = [await newSweep(db), await newSweep(db)];
  const [one, two] = await enqueueRuns(db, first, [newRun(), newRun({ variant: 'gated' })]);
  await enqueueRuns(db, second, [newRun({ runHash: two!.runHash })]);
  const ofSae = { hook: 'blocks.1.hook_mlp_out', dIn: 4, width: 64, config: {} };
  const [foreign, other] = await upsertSaes(
    db,
    ['theirs', 'others'].map((name) => ({
      ...({
        saeHash: name,
        name,
        kind: 'foreign',
        source: './theirs',
        architecture: 'topk',
        ...ofSae,
      } as const),
    })),
  );
  await linkSaes(db, second, [foreign!.id]);
  const write = (subject: SaeSubject, latent: number, kind: 'label' | 'note', text: string) =>
    addLatentNote(db, { subject, latent, kind, text, author: 'Ada' });
  await write({ runId: one!.id }, 3, 'label', 'Dates and years');
  await write({ runId: two!.id }, 5, 'note', 'fires on DATES, 100 % of them');
  await write({ runId: two!.id }, 5, 'label', 'numbers');
  await write({ saeId: foreign!.id }, 5, 'label', 'their dates');
  await write({ saeId: other!.id }, 5, 'label', 'others');
  for (const subject of [{ runId: one!.id }, { saeId: other!.id }]) {
    expect(
      await write(subject, subject.runId === undefined ? ofSae.width : newRun().width, 'note', 'none'),
    ).toBeUndefined();
  }
  const begin = (subject: SaeSubject) =>
    beginEvaluation(db, {
      ...subject,
      name: 'features',
      version: 1,
      dataId: 'd',
      settingsHash: 's',
      activationsId: null,
      settings: {},
      provenance: {},
    });
  const evaluationId = await begin({ runId: two!.id });
  const explained = { model: 'a-model', promptVersion: 1, judged: 9, promptTokens: 1, completionTokens: 1 };
  for (const latent of [7, 70]) {
    await saveExplanation(db, { evaluationId, latent, label: `update ${latent}`, score: 0.75, ...explained });
  }
  const ofForeign = await begin({ saeId: foreign!.id });
  await saveExplanation(db, {
    evaluationId: ofForeign,
    latent: 7,
    label: 'their update',
    score: null,
    ...explained,
  });
  // Of one moment: their identity decides.
  await db.execute(sql`update latent_explanations set written_at = '2030-01-01'`);
  await db.execute(sql`update latent_notes set written_at = '2029-01-01'`);

  const texts = (rows: Awaited<ReturnType<typeof all>>) => rows.map(({ text }) => text);
  const everything = texts(await all({ words: [] }, 100));
  expect(everything).toEqual([
    'their update',
    'update 70',
    'update 7',
    'others',
    'their dates',
    'numbers',
    'fires on DATES, 100 % of them',
    'Dates and years',
  ]);
  expect(texts(await all({ words: [] }, 1))).toEqual(everything);
  expect(texts(await all({ words: ['date'] }, 2))).toEqual(everything.filter((text) => /date/i.test(text)));
  expect(texts(await all({ words: ['YEARS', 'date'] }, 2))).toEqual(['Dates and years']);
  expect(texts(await all({ words: ['%'] }, 2))).toEqual(['fires on DATES, 100 % of them']);
  expect(texts(await all({ words: ['date'], kinds: ['label'] }, 2))).toEqual([
    'their dates',
    'Dates and years',
  ]);
  expect(texts(await all({ words: [], kinds: ['explanation'] }, 1))).toEqual(everything.slice(0, 3));
  expect(texts(await all({ words: [], sweepId: second }, 2))).toEqual(
    everything.filter((text) => !['others', 'Dates and years'].includes(text)),
  );
  expect(await all({ words: ['numbers'] }, 10)).toMatchObject([
    {
      kind: 'label',
      author: 'Ada',
      writtenAt: new Date('2029-01-01'),
      score: null,
      latent: 5,
      subject: { runId: two!.id },
      sae: null,
      run: { id: two!.id, runHash: two!.runHash, variant: 'gated' },
      sweeps: [{ id: second }, { id: first }],
    },
  ]);
  const { id } = foreign!;
  const inSecond = [expect.objectContaining({ id: second })];
  const theirs = { subject: { saeId: id }, run: null, sweeps: inSecond };
  const sae = { id, name: 'theirs', hook: ofSae.hook, width: 64 };
  expect(await all({ words: ['their'] }, 1)).toMatchObject([
    { kind: 'explanation', latent: 7, ...theirs, sae },
    { kind: 'label', latent: 5, ...theirs, sae },
  ]);
});
