import { mkdirSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attemptsOfRun, openDatabase, runsOfSweep, stopEmbedded } from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { newDataDir, startSweep, startWorker, sweep, type CommandResult } from '../sweep-command.ts';
import { differences, readOutcome, readResults, type Outcome } from './outcome.ts';
import { makeReadOnly, mountDisk, whyNoDisk, type SmallDisk } from './small-disk.ts';
import { undisturbed } from './undisturbed.ts';

const EXPERIMENT = 'long.ts';
const FLAGS = ['--json', '--checkpoint-seconds', '0.3'];
const MEGABYTE = 2 ** 20;

const reason = whyNoDisk();
if (reason !== undefined) console.warn(`tests of full and read-only disks are skipped: ${reason}`);

let reference: Outcome;
beforeAll(async () => {
  if (reason === undefined) reference = await undisturbed(EXPERIMENT);
});

/** The single error with which a command ended. */
function errorOf({ code, stderr }: CommandResult): string | undefined {
  expect(code).toBe(1);
  expect(stderr).not.toMatch(/^ +at /m);
  const errors = [...stderr.matchAll(/^error (.*)$/gm)];
  expect(errors).toHaveLength(1);
  return errors[0]![1];
}

/** Starts a sweep and calls `happen` once it trains. */
async function disturbed(dataDir: string, disturb: () => unknown): Promise<CommandResult> {
  const command = startSweep(EXPERIMENT, dataDir, FLAGS);
  await command.shown('run.progress');
  await disturb();
  return command.ended;
}

describe.skipIf(reason !== undefined)('a full disk', () => {
  let disk: SmallDisk;
  beforeAll(() => {
    disk = mountDisk('8m');
  });
  afterAll(() => disk.remove());

  it('stops a sweep that has no space for its database', async () => {
    expect(errorOf(await sweep(EXPERIMENT, disk.folder, FLAGS))).toBe('db.disk-full');
  });

  it('stops a sweep that has no space for its activations', async () => {
    disk.remount('size=200m');
    await (await openDatabase({ dataDir: disk.folder, url: '' })).close();
    await disk.fill(2 * MEGABYTE);
    expect(errorOf(await sweep(EXPERIMENT, disk.folder, FLAGS))).toBe('activations.no-space');
  });

  it('stops a sweep that can no longer write checkpoints', async () => {
    disk.empty();
    const result = await disturbed(disk.folder, () => disk.fill(0));
    expect(errorOf(result)).toMatch(/^(files|db)\.disk-full$/);
    expect(result.events().filter(({ type }) => type === 'run.failed')).toEqual([]);
  });

  it('loses nothing: the sweep finishes once there is space', async () => {
    disk.empty();
    disk.remount('size=300m');
    expect((await sweep(EXPERIMENT, disk.folder, FLAGS)).code).toBe(0);
    expect(differences(await readOutcome(disk.folder), reference)).toEqual([]);
  });
});

describe.skipIf(reason !== undefined)('a worker whose disk is full', () => {
  it('hands its run back to one with space and the same store', async () => {
    const [disk, dataDir] = [mountDisk('64m'), await newDataDir()];
    const store = await mkdtemp(join(tmpdir(), 'sae-lab-store-'));
    const database = await openDatabase({ dataDir, url: '' });
    onTestFinished(async () => {
      await database.close();
      await removeDataDir(dataDir);
      await disk.remove();
      await rm(store, { recursive: true });
    });
    const env = { DATABASE_URL: database.url, SAE_LAB_STORE: store };
    const ends = async () => {
      const runs = await runsOfSweep(database.db, 1);
      const attempts = await Promise.all(runs.map(({ id }) => attemptsOfRun(database.db, id)));
      return attempts
        .map((ofRun) => ofRun.map((one) => [one.reason, one.error?.code]))
        .toSorted((a, b) => a.length - b.length);
    };
    expect((await sweep(EXPERIMENT, dataDir, ['--detach'], env)).code).toBe(0);
    const full = startWorker(disk.folder, ['--concurrency', '1', '--checkpoint-seconds', '0.2'], env);
    await full.shown('"run.started"');
    await disk.fill(0);
    expect(errorOf(await full.ended)).toBe('files.disk-full');
    const handedBack = ['disk', 'files.disk-full'];
    expect(await ends()).toEqual([[], [handedBack]]);

    const other = await startWorker(dataDir, [], env).ended;
    expect([other.code, other.events().at(-1)]).toMatchObject([0, { finished: 2, extracted: 0 }]);
    expect(await ends()).toEqual([[['finished', undefined]], [handedBack, ['finished', undefined]]]);
    const weightsOf = (runHash: string): string =>
      join(dataDir, 'runs', runHash, 'sae', 'sae_weights.safetensors');
    const found = await readResults(database, weightsOf);
    expect(differences(found, { ...reference, files: [] })).toEqual([]);
  });
});

describe.skipIf(reason !== undefined)('a read-only data folder', () => {
  let disk: SmallDisk;
  beforeAll(() => {
    disk = mountDisk('300m');
  });
  afterAll(() => disk.remove());

  it('is refused if it is empty', async () => {
    disk.remount('ro');
    expect(errorOf(await sweep(EXPERIMENT, disk.folder, FLAGS))).toBe('db.data-folder-unusable');
    disk.remount('rw');
  });

  it('stops a sweep whose runs folder becomes read-only', async () => {
    let makeWritable = (): void => {};
    const result = await disturbed(disk.folder, () => {
      makeWritable = makeReadOnly(join(disk.folder, 'runs'));
    });
    makeWritable();
    expect(errorOf(result)).toBe('files.not-writable');
    expect(result.events().filter(({ type }) => type === 'run.failed')).toEqual([]);
  });

  it('is refused as a store before anything is trained', async () => {
    const store = join(disk.folder, 'store');
    mkdirSync(store);
    const makeWritable = makeReadOnly(store);
    const dataDir = await newDataDir();
    expect(errorOf(await sweep(EXPERIMENT, dataDir, FLAGS, { SAE_LAB_STORE: store }))).toBe(
      'store.no-permission',
    );
    await removeDataDir(dataDir);
    makeWritable();
    rmSync(store, { recursive: true });
  });

  it('is refused if it contains a sweep', async () => {
    await stopEmbedded(disk.folder);
    disk.remount('ro');
    expect(errorOf(await sweep(EXPERIMENT, disk.folder, FLAGS))).toBe('db.data-folder-unusable');
    disk.remount('rw');
  });

  it('loses nothing: the sweep finishes once the folder is writable', async () => {
    expect((await sweep(EXPERIMENT, disk.folder, FLAGS)).code).toBe(0);
    expect(differences(await readOutcome(disk.folder), reference)).toEqual([]);
  });
});
