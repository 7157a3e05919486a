/** Databases that earlier versions of the project made must stay readable. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { expect, onTestFinished, test } from 'vitest';
import { appendCurves, curvesOf } from '../queries/curves.ts';
import { beginEvaluation, evaluationsOfRun, finishEvaluation } from '../queries/evaluations.ts';
import { notesOfLatent } from '../queries/latent-notes.ts';
import { matchesOfPair } from '../queries/matches.ts';
import { cancelSweep } from '../queries/requests.ts';
import { figuresOf } from '../queries/results.ts';
import { attemptClocks, attemptLogs, attemptsOfRun } from '../queries/run-attempts.ts';
import { recordProgress, startRun } from '../queries/run-lifecycle.ts';
import { runById, runsOfSweep } from '../queries/runs.ts';
import { runTableKeys } from '../queries/run-table/run-table-keys.ts';
import { saeById } from '../queries/saes.ts';
import { sweepById } from '../queries/sweeps.ts';
import { listVariants } from '../queries/variants.ts';
import { useTestDatabase } from '../testing/use-test-database.ts';
import { connectDatabase, type Database } from './connect.ts';
import { openDatabase } from './open-database.ts';

const migrations = join(import.meta.dirname, '../../migrations');
const server = useTestDatabase();

/** The number of databases that were made, so that each has its own name. */
let made = 0;

/** A new database as the project left it after its first `count` migrations. */
async function databaseAfter(count: number): Promise<Database> {
  made += 1;
  const name = `after_${count}_${made}`;
  await server.database.sql.unsafe(`create database ${name}`);
  const database = await connectDatabase({
    url: server.database.url.replace('/postgres?', `/${name}?`),
    max: 1,
  });
  const folder = mkdtempSync(join(tmpdir(), 'sae-lab-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'meta'));
  const journal = JSON.parse(readFileSync(join(migrations, 'meta/_journal.json'), 'utf8')) as {
    entries: { tag: string }[];
  };
  const entries = journal.entries.slice(0, count);
  writeFileSync(join(folder, 'meta/_journal.json'), JSON.stringify({ ...journal, entries }));
  for (const { tag } of entries) cpSync(join(migrations, `${tag}.sql`), join(folder, `${tag}.sql`));
  await migrate(drizzle(database.sql), { migrationsFolder: folder });
  return database;
}

test('0001 keeps the curves and figures of existing runs, and new points continue them', async () => {
  const before = await databaseAfter(1);
  await before.sql.unsafe(`
    insert into sweeps (name, definition_hash, definition, file, source) values ('s', 'd', '{}', 'f', '');
    insert into runs (hash, variant, math_version, hyper, hook, layer, width, seed, activations_id, config, loss_convention)
      values ('abc', 'topk', 1, '{"k": 8}', 'blocks.3.hook_mlp_out', 3, 64, 0, 'a', '{"seed": 0}', 'none');
    insert into sweep_runs values (1, 1, 0);
    insert into evaluations values (1, 'explained_variance', 0.75), (1, 'mse', 'NaN');
    insert into metric_chunks values (1, 'loss', 0, 1, '{0,1}', '{3,Infinity}');
    insert into metric_summaries values (1, 'loss', 'Infinity', 1, 3, 'Infinity', 0, 2);`);
  await before.close();

  const { db, ...after } = await openDatabase({ dataDir: '/nowhere', url: before.url });
  onTestFinished(() => after.close());
  const figures = { explained_variance: 0.75, mse: Number.NaN };
  expect(await runsOfSweep(db, 1)).toMatchObject([{ runHash: 'abc', width: 64, figures }]);
  expect(await figuresOf(db, 1)).toEqual(figures);
  expect(await runById(db, 1)).not.toHaveProperty('layer');
  const attempt = { runId: 1, attempt: (await startRun(db, 1, { provenance: {} }))! };
  await appendCurves(db, { ...attempt, curves: { loss: { steps: [2], values: [1] } } });
  expect(await curvesOf(db, 1)).toEqual(new Map([['loss', { steps: [0, 1, 2], values: [3, Infinity, 1] }]]));
});

test('0002 keeps existing variants, without curves', async () => {
  const before = await databaseAfter(2);
  await before.sql.unsafe(
    `insert into variants values ('jump-relu', 2, '@sae-lab/jump-relu', '0.1.0', 'p', 'l0', '{}')`,
  );
  await before.close();

  const { db, ...after } = await openDatabase({ dataDir: '/nowhere', url: before.url });
  onTestFinished(() => after.close());
  expect(await listVariants(db)).toMatchObject([{ name: 'jump-relu', mathVersion: 2, curves: {} }]);
});

test('0003 keeps the figures of existing runs, which get evaluations', async () => {
  const before = await databaseAfter(3);
  await before.sql.unsafe(`
    insert into runs (hash, variant, math_version, hyper, hook, width, seed, activations_id, config, loss_convention, status)
      values ('abc', 'topk', 1, '{"k": 8}', 'blocks.3.hook_mlp_out', 64, 0, 'a', '{"seed": 0}', 'none', 'finished');
    insert into figures values (1, 'l0', 8);`);
  await before.close();

  const { db, ...after } = await openDatabase({ dataDir: '/nowhere', url: before.url });
  onTestFinished(() => after.close());
  expect(await figuresOf(db, 1)).toEqual({ l0: 8 });
  expect(await evaluationsOfRun(db, 1)).toEqual([]);
  const key = { name: 'ce', version: 1, dataId: 'd', settingsHash: 's' };
  const id = await beginEvaluation(db, {
    runId: 1,
    ...key,
    activationsId: null,
    settings: {},
    provenance: {},
  });
  await finishEvaluation(db, id, { figures: {}, histograms: [], tokens: 1, documents: 1, seconds: 1 });
  expect(await evaluationsOfRun(db, 1)).toMatchObject([{ id, ...key, figures: {} }]);
});

test('0004 finds the settings of existing runs', async () => {
  const before = await databaseAfter(4);
  await before.sql.unsafe(`
    insert into runs (hash, variant, math_version, hyper, hook, width, seed, activations_id, config, loss_convention)
      values ('abc', 'topk', 1, '{"k": 8}', 'h', 64, 0, 'a',
        '{"seed": 0, "hyper": {"k": 8}, "training": {"steps": 9, "betas": [1], "clip": null}}', 'none'),
      ('def', 'topk', 1, '{"k": 16}', 'h', 64, 0, 'a', '{"training": {"steps": 9, "more": {}}}', 'none');`);
  await before.close();

  const { db, ...after } = await openDatabase({ dataDir: '/nowhere', url: before.url });
  onTestFinished(() => after.close());
  const keys = (await runTableKeys(db)).filter(({ kind }) => kind === 'setting');
  expect(keys.map(({ key, path }) => [key, path])).toEqual([
    ['hyper.k', ['hyper', 'k']],
    ['training.betas', ['config', 'training', 'betas']],
    ['training.clip', ['config', 'training', 'clip']],
    ['training.steps', ['config', 'training', 'steps']],
  ]);
});

test('0005 lets existing sweeps be cancelled, and counts attempts on from those of existing runs', async () => {
  const before = await databaseAfter(5);
  await before.sql.unsafe(`
    insert into sweeps (name, definition_hash, definition, file, source, status) values ('s', 'd', '{}', 'f', '', 'interrupted');
    insert into runs (hash, variant, math_version, hyper, hook, width, seed, activations_id, config, loss_convention, attempt)
      values ('abc', 'topk', 1, '{"k": 8}', 'h', 64, 0, 'a', '{}', 'none', 3);
    insert into sweep_runs values (1, 1, 0);`);
  await before.close();

  const { db, ...after } = await openDatabase({ dataDir: '/nowhere', url: before.url });
  onTestFinished(() => after.close());
  expect(await sweepById(db, 1)).toMatchObject({ status: 'interrupted', notes: '', archivedAt: null });
  expect(await cancelSweep(db, 1)).toEqual({ cancelled: 1, asked: 0 });
  expect(await runById(db, 1)).toMatchObject({ status: 'cancelled', notes: '', defaults: null });
  expect((await sweepById(db, 1))!.status).toBe('cancelled');
  expect(await attemptsOfRun(db, 1)).toEqual([]);
  expect(await startRun(db, 1, { provenance: { hostname: 'node7' } })).toBe(4);
  expect(await attemptsOfRun(db, 1)).toMatchObject([{ attempt: 4, hostname: 'node7', reason: null }]);
});

test('0006 gives attempts of existing runs no log and no times', async () => {
  const before = await databaseAfter(6);
  await before.sql.unsafe(`
    insert into runs (hash, variant, math_version, hyper, hook, width, seed, activations_id, config, loss_convention, status, attempt)
      values ('abc', 'topk', 1, '{"k": 8}', 'h', 64, 0, 'a', '{}', 'none', 'running', 1);
    insert into run_attempts (run_id, attempt, hostname) values (1, 1, 'node7');`);
  await before.close();

  const { db, ...after } = await openDatabase({ dataDir: '/nowhere', url: before.url });
  onTestFinished(() => after.close());
  expect(await attemptsOfRun(db, 1)).toMatchObject([{ attempt: 1, hostname: 'node7' }]);
  expect(await attemptLogs(db, 1, 5)).toEqual([]);
  expect(await attemptClocks(db, [1])).toEqual([]);
  const report = {
    log: { lines: [{ at: 1, from: 'run', text: 'x' }], cut: 2 },
    clock: { steps: [0, 4], seconds: [0, 1] },
  } as const;
  await recordProgress(db, { runId: 1, attempt: 1, step: 4, report });
  expect(await attemptLogs(db, 1, 5)).toEqual([{ attempt: 1, ...report.log }]);
  expect(await attemptClocks(db, [1])).toMatchObject([{ runId: 1, ...report.clock }]);
});

test('0007 makes the latents of existing evaluations searchable', async () => {
  const before = await databaseAfter(6);
  const example = { tokens: ['a', ' "b"', '\n🧪'], activations: [0, 1, 2], at: 2 };
  const features = {
    top: [example, { ...example, at: 0 }],
    bands: [{ from: 0, to: 2, examples: [{ ...example, at: 1 }, example] }],
    raised: [{ token: ' x' }, { token: '\t' }],
    nearest: [{ latent: 1, cosine: 0.25 }],
  };
  await before.sql.unsafe(`
    insert into runs (hash, variant, math_version, hyper, hook, width, seed, activations_id, config, loss_convention)
      values ('abc', 'topk', 1, '{"k": 8}', 'h', 64, 0, 'a', '{}', 'none');
    insert into evaluations (run_id, name, version, data_id, settings, settings_hash, provenance, finished_at)
      values (1, 'features', 1, 'd', '{}', 's', '{}', now());`);
  await before.sql`
    insert into latents (evaluation_id, latent, density, max_activation, features)
      values (1, 0, 0.5, 2, ${JSON.stringify(features)}), (1, 1, 0, 0, '{"top": [], "nearest": []}')`;
  await before.close();

  const { db, ...after } = await openDatabase({ dataDir: '/nowhere', url: before.url });
  onTestFinished(() => after.close());
  const rows = await db.execute(sql`
    select max_cosine, to_jsonb(raised_tokens) as raised_tokens, to_jsonb(active_tokens) as active_tokens, search_text
    from latents order by latent`);
  expect([...rows]).toEqual([
    {
      max_cosine: 0.25,
      raised_tokens: [' x', '\t'],
      active_tokens: expect.toSatisfy(
        (tokens: string[]) => tokens.toSorted().join('|') === [' "b"', '\n🧪', 'a'].toSorted().join('|'),
      ) as unknown,
      search_text: expect.stringMatching(/^a "b"\n🧪\na "b"\n🧪\n/u) as unknown,
    },
    { max_cosine: null, raised_tokens: [], active_tokens: [], search_text: '' },
  ]);
});

test('0009 names the spool of the attempt that a run was last read from', async () => {
  const before = await databaseAfter(6);
  await before.sql.unsafe(`
    insert into runs (hash, variant, math_version, hyper, hook, width, seed, activations_id, config, loss_convention, attempt,
      provenance) values
      ('abc', 'topk', 1, '{"k": 8}', 'h', 64, 0, 'a', '{}', 'none', 2, '{"spool": {"id": "one", "attempt": 7}}'),
      ('def', 'topk', 1, '{"k": 8}', 'h', 64, 0, 'a', '{}', 'none', 1, '{}');
    insert into run_attempts (run_id, attempt) values (1, 1), (1, 2), (2, 1);`);
  await before.close();

  const { db, ...after } = await openDatabase({ dataDir: '/nowhere', url: before.url });
  onTestFinished(() => after.close());
  expect((await attemptsOfRun(db, 1)).map(({ spool }) => spool)).toEqual([null, 'one/7']);
  expect((await attemptsOfRun(db, 2)).map(({ spool }) => spool)).toEqual([null]);
});

test('0011 finds what the SAEs of sweeps were evaluated on, and keeps pairs and notes', async () => {
  const before = await databaseAfter(11);
  await before.sql.unsafe(`
    insert into sweeps (name, definition_hash, definition, file, source) values
      ('old', 'd', '{"model": "old"}', 'f', ''), ('new', 'e', '{"model": "new"}', 'f', '');
    insert into runs (hash, variant, math_version, hyper, hook, width, seed, activations_id, config, loss_convention) values
      ('abc', 'topk', 1, '{"k": 8}', 'h', 64, 0, 'a', '{}', 'none'), ('def', 'topk', 1, '{"k": 8}', 'h', 64, 1, 'b', '{}', 'none');
    insert into sweep_runs values (1, 1, 0), (2, 2, 0);
    insert into saes (hash, kind, name, source, architecture, hook, d_in, width, config) values
      ('one', 'foreign', 'one', './one', 'topk', 'h', 2, 4, '{}'), ('two', 'foreign', 'two', './two', 'topk', 'h', 2, 4, '{}');
    insert into sweep_saes values (1, 1, 0), (2, 1, 0);
    insert into evaluations (sae_id, name, version, data_id, activations_id, settings, settings_hash, provenance, finished_at)
      select 1, 'ce', 1, id, id, '{}', 's', '{}', now() from unnest(array['a', 'elsewhere']) as id;
    insert into latent_notes (run_id, latent, kind, text) values (1, 0, 'label', 'dashes');
    insert into sae_matches select 1, 2, 1, '{}', 'a', '{}', '{}', 1, 1, 1, '{}', now(), n, n, r, r, n, n, r, r, r, r, r, r
      from (select '{}'::int[] as n, '{}'::real[] as r) as none;`);
  await before.close();

  const { db, ...after } = await openDatabase({ dataDir: '/nowhere', url: before.url });
  onTestFinished(() => after.close());
  expect(await saeById(db, 1)).toMatchObject({ data: { model: 'old' }, activationsId: 'a' });
  expect(await saeById(db, 2)).toMatchObject({ data: null, activationsId: null });
  expect(await notesOfLatent(db, { runId: 1 }, 0)).toMatchObject([{ text: 'dashes' }]);
  expect(await matchesOfPair(db, { runId: 2 }, { runId: 1 })).toMatchObject({ runA: 1, runB: 2 });
});

test('migrations are in the order of their times: an earlier one would never run', () => {
  const { entries } = JSON.parse(readFileSync(join(migrations, 'meta/_journal.json'), 'utf8')) as {
    entries: { when: number }[];
  };
  const times = entries.map(({ when }) => when);
  expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
});
