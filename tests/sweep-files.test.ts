/** Finished runs with missing files. The tests share one data folder and run in order. Each repairs what it breaks. */
import { copyFile, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { artifactsOf, curvesOf, openDatabase, runsOfSweep, type Database } from '@sae-lab/db';
import { removeDataDir } from '@sae-lab/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newDataDir, sweep } from './sweep-command.ts';

const FILES = ['cfg.json', 'sae_weights.safetensors', 'sparsity.safetensors'];

let dataDir: string;
let otherDir: string;
let database: Database;

beforeAll(async () => {
  [dataDir, otherDir] = [await newDataDir(), await newDataDir()];
  await sweep('tiny.ts', dataDir);
  database = await openDatabase({ dataDir, url: '' });
});
afterAll(async () => {
  await database.close();
  await removeDataDir(dataDir);
  await rm(otherDir, { recursive: true });
});

const runs = () => runsOfSweep(database.db, 1);

/** The database's rows for the runs, without times and attempts, which differ between trainings. */
async function results() {
  return Promise.all(
    (await runs()).map(async ({ id, status, step, totalSteps, error, figures }) => ({
      run: { id, status, step, totalSteps, error, figures },
      loss: (await curvesOf(database.db, id)).get('loss'),
      artifacts: await artifactsOf(database.db, id),
    })),
  );
}

async function filesIn(folder: string) {
  const hashes = (await runs()).map(({ runHash }) => runHash);
  return Promise.all(
    hashes.flatMap((runHash) =>
      FILES.map((name) => readFile(join(folder, 'runs', runHash, 'sae', name), 'hex')),
    ),
  );
}

async function pathOf(index: number, name: string): Promise<string> {
  return join(dataDir, 'runs', (await runs())[index]!.runHash, 'sae', name);
}

describe('pnpm sweep, when files of finished runs are missing', () => {
  it('reports it and retrains them, to the same files and figures', async () => {
    const [before, files] = [await results(), await filesIn(dataDir)];
    expect(before.map(({ artifacts }) => artifacts.map(({ kind }) => kind))).toEqual(
      Array.from({ length: 2 }, () => ['config', 'sae', 'sparsity']),
    );
    await rm(join(dataDir, 'runs'), { recursive: true });

    const planned = await sweep('tiny.ts', dataDir, ['--dry-run']);
    expect(planned.stdout).toContain('finished, files missing');
    expect(planned.stdout).toContain('2 runs: 0 finished, 2 to train');

    const kept = await sweep('tiny.ts', dataDir, ['--keep-missing']);
    expect(kept.code).toBe(0);
    expect(kept.stderr).toContain('Files of 2 finished runs are missing or damaged');
    expect(kept.stderr).toContain('The files of 2 runs are missing.');
    expect(kept.stderr).not.toContain('The SAEs are in');
    await expect(readdir(join(dataDir, 'runs'))).rejects.toThrow('ENOENT');

    const again = await sweep('tiny.ts', dataDir);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain('sweep tiny: 2 of 2 runs to train');
    expect(again.stderr).not.toContain('\u001b');
    expect(again.stderr).not.toMatch(/^\{/m);
    expect(again.stderr).toContain('(and 1 more). Retraining;');
    expect(again.stderr).toContain(`2 finished. The SAEs are in ${join(dataDir, 'runs', '<run>', 'sae')}.`);
    expect(again.stderr).toMatch(/\nCompare the runs in the browser: pnpm dashboard --data \S+\n$/);
    expect(await results()).toEqual(before);
    expect(await filesIn(dataDir)).toEqual(files);
    expect((await sweep('tiny.ts', dataDir)).stderr).toContain('Nothing to do: 2 finished earlier.');
  });

  it('retrains only runs whose files are missing, truncated or, with --verify, changed', async () => {
    const files = await filesIn(dataDir);
    await truncate(await pathOf(0, 'sae_weights.safetensors'), 100);
    await rm(await pathOf(1, 'cfg.json'));
    const shortened = await sweep('tiny.ts', dataDir, ['--json', '--only-failed']);
    expect(shortened.events().at(-1)).toMatchObject({ finished: 2, skipped: 0 });

    await copyFile(await pathOf(1, 'sparsity.safetensors'), await pathOf(0, 'sparsity.safetensors'));
    await rm(await pathOf(1, 'sparsity.safetensors'));
    const removed = await sweep('tiny.ts', dataDir, ['--json']);
    expect(removed.events().at(-1)).toMatchObject({ finished: 1, skipped: 1 });
    const verified = await sweep('tiny.ts', dataDir, ['--json', '--verify']);
    expect(verified.events().at(-1)).toMatchObject({ finished: 1, skipped: 1 });
    expect(verified.stderr).toContain('does not match its checksum');
    expect(await filesIn(dataDir)).toEqual(files);
  });

  it('keeps all figures if a run cannot be retrained', async () => {
    const [before, attempts] = [await results(), (await runs()).map(({ attempt }) => attempt)];
    await rm(join(dataDir, 'runs'), { recursive: true });
    await writeFile(join(dataDir, 'runs'), 'a file where a folder should be');
    const { code, stderr } = await sweep('tiny.ts', dataDir, ['--json']);
    expect(code).toBe(1);
    expect(stderr).toContain(`error files.not-a-folder\n${join(dataDir, 'runs')}: is a file`);
    expect(await results()).toEqual(before);
    expect((await runs()).map(({ attempt }) => attempt)).toEqual(attempts);
    await rm(join(dataDir, 'runs'));
  });

  it('sets aside anything else in the place of a run folder, and keeps training', async () => {
    const [first, second] = (await runs()).map(({ runHash }) => join(dataDir, 'runs', runHash));
    await mkdir(join(dataDir, 'runs'));
    await writeFile(first!, 'a file');
    await mkdir(join(second!, 'checkpoint.safetensors', 'folder'), { recursive: true });
    await mkdir(join(second!, 'sae', 'sae_weights.safetensors', 'folder'), { recursive: true });
    const { code, stderr } = await sweep('tiny.ts', dataDir);
    expect(code).toBe(0);
    expect(stderr).toContain('2 finished.');
    expect(stderr).toContain(`It was renamed to ${first}.unusable.`);
    expect(await readdir(second!)).toEqual(['checkpoint.safetensors.unusable', 'sae']);
  });
});

describe('pnpm sweep with one database for two data folders', () => {
  const shared = () => ({ DATABASE_URL: database.url });

  it('reports which folder holds the SAEs', async () => {
    const { code, stderr } = await sweep('tiny.ts', otherDir, [], shared());
    expect(code).toBe(0);
    expect(stderr).toContain(`2 finished earlier. The SAEs are in ${join(dataDir, 'runs', '<run>', 'sae')}.`);
  });

  it('trains missing runs in its own folder, and reports that from the other', async () => {
    const files = await filesIn(dataDir);
    const lost = (await runs())[0]!.runHash;
    await rm(join(dataDir, 'runs', lost), { recursive: true });
    const { stderr } = await sweep('tiny.ts', otherDir, [], shared());
    expect(stderr).toContain('1 finished, 1 finished earlier.');
    expect(stderr).toContain(
      `The SAEs are in ${join(dataDir, 'runs', '<run>', 'sae')} (1) and ${join(otherDir, 'runs', '<run>', 'sae')} (1).`,
    );
    const local = await sweep('tiny.ts', dataDir, ['--local-files'], shared());
    expect(local.stderr).toContain('1 finished, 1 finished earlier.');
    expect(await filesIn(dataDir)).toEqual(files);
  });

  it('names the machine whose disk it cannot read, and trains here with --local-files', async () => {
    await rm(join(dataDir, 'runs'), { recursive: true });
    await rm(join(otherDir, 'runs'), { recursive: true });
    const place = { hostname: 'another-machine', dataDir: '/its/data' };
    await database.sql`update runs set provenance = provenance || ${JSON.stringify(place)}::text::jsonb`;
    const { code, stderr } = await sweep('tiny.ts', dataDir, [], shared());
    expect(code).toBe(0);
    expect(stderr).toContain('Files of 2 finished runs are in /its/data on another-machine');
    expect(stderr).toContain('The SAEs are in /its/data/runs/<run>/sae on another-machine.');

    // An embedded database is in the data folder with the files of its runs.
    expect((await sweep('tiny.ts', dataDir, ['--dry-run'])).stdout).toContain('2 to train');
    const local = await sweep('tiny.ts', dataDir, ['--local-files'], shared());
    expect(local.stderr).toContain('2 finished.');
    expect((await runs()).map(({ provenance }) => provenance)).toMatchObject(
      Array.from({ length: 2 }, () => ({ hostname: hostname(), dataDir })),
    );
  });
});
