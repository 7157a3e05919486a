/** One database and one store for three machines, each with its own data folder. The tests run in order. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from '@sae-lab/command-line';
import { attemptsOfRun, curvesOf, openDatabase, runsOfSweep, type Database } from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { findS3Server, startS3Server, type S3Server } from '@sae-lab/store/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate, newDataDir, startSweep, startWorker, sweep } from './sweep-command.ts';

const s3Binary = findS3Server();
if (s3Binary === undefined) console.warn('S3 is not tested: versitygw is not on the PATH.');

let undisturbed: string;
beforeAll(async () => {
  undisturbed = await newDataDir();
  await sweep('handed-over.ts', undisturbed);
});
afterAll(() => removeDataDir(undisturbed));

async function resultsIn(dataDir: string, database: Database) {
  const runs = await runsOfSweep(database.db, 1);
  return Promise.all(
    runs.map(async ({ id, runHash, status, step, figures }) => ({
      runHash,
      status,
      step,
      figures,
      loss: (await curvesOf(database.db, id)).get('loss'),
      weights: await readFile(join(dataDir, 'runs', runHash, 'sae', 'sae_weights.safetensors'), 'hex'),
    })),
  );
}

// Both take long; the store's own tests cover the folder everywhere.
const KINDS: readonly ('folder' | 's3')[] =
  s3Binary === undefined
    ? ['folder']
    : environment('SAE_LAB_TEST_ALL') === undefined
      ? ['s3']
      : ['folder', 's3'];
if (KINDS.length === 1 && s3Binary !== undefined) {
  console.warn('A store in a folder is not tested with sweeps: SAE_LAB_TEST_ALL=1 does.');
}

describe.each(KINDS)('pnpm sweep with a store in %s', (kind) => {
  let [first, second, third] = ['', '', ''];
  let storeFolder: string;
  let server: S3Server | undefined;
  let database: Database;
  let env: Record<string, string>;

  beforeAll(async () => {
    [first, second, third] = [await newDataDir(), await newDataDir(), await newDataDir()];
    storeFolder = await mkdtemp(join(tmpdir(), 'sae-lab-store-'));
    if (kind === 's3') server = await startS3Server(s3Binary!);
    database = await openDatabase({ dataDir: first, url: '' });
    env = {
      ...server?.env,
      DATABASE_URL: database.url,
      SAE_LAB_STORE: kind === 's3' ? 's3://lab/some/prefix' : storeFolder,
    };
  });
  afterAll(async () => {
    await database.close();
    await server?.close();
    for (const dataDir of [first, second, third]) await removeDataDir(dataDir);
    await rm(storeFolder, { recursive: true });
  });

  it('continues on another machine from the checkpoint in the store, to the same weights', async () => {
    const command = startSweep(
      'handed-over.ts',
      first,
      ['--json', '--workers', '1', '--checkpoint-seconds', '0.2'],
      env,
    );
    await command.shown('run.progress');
    command.process.kill('SIGINT');
    expect((await command.ended).code).toBe(130);
    // The first machine is gone with its disk.
    for (const name of ['runs', 'activations']) await rm(join(first, name), { recursive: true });

    const { code, events, stderr } = await sweep('handed-over.ts', second, ['--json'], env);
    expect(code, stderr).toBe(0);
    const progress = stderr.split('\n').filter((line) => line.startsWith('{'));
    const types = [...events(), ...progress.map((line) => JSON.parse(line) as { type: string })].map(
      ({ type }) => type,
    );
    // Nothing is extracted: the store has the activations.
    expect(types).toContain('activations.finished');
    expect(types).not.toContain('activations.progress');
    const steps = progress
      .map((line) => JSON.parse(line) as { type: string; step: number })
      .filter(({ type }) => type === 'run.progress');
    expect(steps[0]!.step).toBeGreaterThan(1);
    const whole = await openDatabase({ dataDir: undisturbed, url: '' });
    expect(await resultsIn(second, database)).toEqual(await resultsIn(undisturbed, whole));
    await whole.close();
  });

  it('finds the finished runs from a third machine, and removes their checkpoints', async () => {
    await rm(join(second, 'runs'), { recursive: true });
    const { code, stderr } = await sweep('handed-over.ts', third, [], env);
    expect(code).toBe(0);
    expect(stderr).toContain('finished earlier. The SAEs are in ');
    expect(stderr).toContain(`${env['SAE_LAB_STORE']}/runs/<run>/…/sae`);
    const watched = await sweep('handed-over.ts', third, ['--wait'], env);
    expect([watched.code, watched.stderr]).toEqual([0, expect.stringContaining('The SAEs are in ')]);
    expect(watched.stderr).not.toContain('missing');
    if (kind === 'folder') {
      const names = await readdir(storeFolder, { recursive: true });
      expect(names.filter((name) => name.includes('checkpoint'))).toEqual([]);
      expect(names.filter((name) => /activations\/\w+\/\w+\/set\.json$/.test(name))).toHaveLength(1);
    }
  });

  it('evaluates them there, with what the store has', async () => {
    const { code, stderr } = await evaluate(
      'handed-over',
      third,
      ['--only', 'reconstruction', '--json'],
      env,
    );
    expect(code, stderr).toBe(0);
    expect(await readdir(join(third, 'runs'))).toHaveLength(2);
    expect(stderr).not.toContain('activations.progress');
  });

  it('is not made by a dry run', async () => {
    const unused = `${env['SAE_LAB_STORE']}-unused`;
    const own = { ...env, SAE_LAB_STORE: unused };
    expect((await sweep('handed-over.ts', second, ['--dry-run'], own)).code).toBe(0);
    expect(existsSync(kind === 's3' ? server!.fileOf('some/prefix-unused') : unused)).toBe(false);
  });

  it('keeps the credentials out of the database and of its output', async () => {
    const rows = await database.sql`select provenance::text as text from runs`;
    const stored = rows.map(({ text }) => text as string).join('\n');
    expect(stored).toContain(env['SAE_LAB_STORE']);
    if (kind === 's3') expect(stored).not.toMatch(/AKIA|a-secret-of-the-test/);
  });

  it('refuses the store of another database before anything is trained', async () => {
    const other = await newDataDir();
    const { code, stderr } = await sweep('tiny.ts', other, [], { ...env, DATABASE_URL: '' });
    expect(code).toBe(1);
    expect(stderr).toContain('error store.other-cluster');
    await removeDataDir(other);
  });

  it.runIf(kind === 'folder')(
    'stops with checkpoints when the store is away, and continues when it is back',
    async () => {
      const dataDir = await newDataDir();
      const [place, moved] = [`${storeFolder}-2`, `${storeFolder}-moved`];
      const own = { DATABASE_URL: '', SAE_LAB_STORE: place };
      const command = startSweep('handed-over.ts', dataDir, ['--json', '--checkpoint-seconds', '0.2'], own);
      await command.shown('run.progress');
      await rename(place, moved);
      await writeFile(place, 'a file where the folder was');
      const away = await command.ended;
      expect(away.code).toBe(1);
      expect(away.stderr).toContain('error store.refused');
      expect(away.events().at(-1)).toMatchObject({ type: 'sweep.finished', failed: 0 });
      await rm(place);
      await rename(moved, place);
      expect((await sweep('handed-over.ts', dataDir, [], own)).code).toBe(0);
      const [here, whole] = await Promise.all(
        [dataDir, undisturbed].map((folder) => openDatabase({ dataDir: folder, url: '' })),
      );
      expect(await resultsIn(dataDir, here!)).toEqual(await resultsIn(undisturbed, whole!));
      await Promise.all([here!.close(), whole!.close()]);
      await removeDataDir(dataDir);
      await rm(place, { recursive: true });
    },
  );
});

describe.skipIf(s3Binary === undefined)('a user of a store on S3', () => {
  const READ = ['s3:ListBucket', 's3:GetObject'] as const;
  let server: S3Server;
  let [here, elsewhere] = ['', ''];
  let database: Database;
  const as = (user: Readonly<Record<string, string>>) => ({
    ...user,
    DATABASE_URL: database.url,
    SAE_LAB_STORE: 's3://lab/some/prefix',
  });

  beforeAll(async () => {
    [here, elsewhere, server] = [await newDataDir(), await newDataDir(), await startS3Server(s3Binary!)];
    database = await openDatabase({ dataDir: here, url: '' });
  });
  afterAll(async () => {
    await database.close();
    for (const dataDir of [here, elsewhere]) await removeDataDir(dataDir);
    await server.close();
  });

  it('who may only read trains nothing, and is told what is missing', async () => {
    const reader = as(await server.allow('a-reader', READ));
    const ends = await Promise.all([
      sweep('handed-over.ts', here, [], reader),
      startWorker(here, [], reader).ended,
    ]);
    for (const { code, stdout, stderr } of ends) {
      expect([code, stdout, stderr]).toEqual([
        1,
        '',
        expect.stringMatching(/^error store\.no-permission\n/m),
      ]);
      expect(stderr).toContain('expected s3:DeleteObject');
    }
    expect(await database.sql`select id from runs`).toEqual([]);
    expect(await readdir(here)).not.toContain('activations');
  });

  it('who loses the right to write hands the run back, and another finishes it', async () => {
    const trainer = as(await server.allow('a-trainer', [...READ, 's3:PutObject', 's3:DeleteObject']));
    expect((await sweep('handed-over.ts', here, ['--detach'], trainer)).code).toBe(0);
    const worker = startWorker(here, ['--concurrency', '1', '--checkpoint-seconds', '0.2'], trainer);
    // A line about steps may come only when the run is over.
    await worker.shown('"run.started"');
    await server.allow('a-trainer', READ);
    const { code, stderr } = await worker.ended;
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error store\.no-permission\n/m)]);
    const ends = async () => {
      const runs = await runsOfSweep(database.db, 1);
      const attempts = await Promise.all(runs.map(({ id }) => attemptsOfRun(database.db, id)));
      return attempts
        .map((ofRun) => ofRun.map(({ reason, error }) => [reason, error?.code]))
        .toSorted((a, b) => a.length - b.length);
    };
    const handedBack = ['preempted', 'store.no-permission'];
    expect(await ends()).toEqual([[], [handedBack]]);

    const other = await startWorker(elsewhere, [], as(server.env)).ended;
    expect(other.code, other.stderr).toBe(0);
    const finished = ['finished', undefined];
    expect(await ends()).toEqual([[finished], [handedBack, finished]]);
    const whole = await openDatabase({ dataDir: undisturbed, url: '' });
    expect(await resultsIn(elsewhere, database)).toEqual(await resultsIn(undisturbed, whole));
    await whole.close();
  });
});
