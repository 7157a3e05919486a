import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase, stopEmbedded } from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newDataDir, startSweep, sweep, type CommandResult } from '../sweep-command.ts';
import { differences, readOutcome, type Outcome } from './outcome.ts';
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
