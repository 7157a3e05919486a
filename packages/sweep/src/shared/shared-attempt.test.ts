/** What a superseded process can do to the files of its successor, on a store in a folder. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkpointOf } from '@sae-lab/core';
import { checkpointsAmong, openStore, saesAmong, type Store } from '@sae-lab/store';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSharedAttempt } from './shared-attempt.ts';

let folder: string;
let store: Store;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sae-lab-shared-'));
  const cache = { folder: join(folder, 'cache'), limitBytes: 1e6 };
  store = await openStore(join(folder, 'store'), { cluster: 'one', cache });
});
afterAll(() => rm(folder, { recursive: true }));

/** One attempt on its own machine. */
async function machine(name: string, attempt: number) {
  const runFolder = join(folder, name);
  await mkdir(join(runFolder, 'sae'), { recursive: true });
  const faults: unknown[] = [];
  const files = openSharedAttempt(
    store,
    { runHash: 'ab', runFolder },
    () => Promise.resolve(attempt),
    (error) => faults.push(error),
  );
  const sae = join(runFolder, 'sae', 'cfg.json');
  return {
    files,
    faults,
    async checkpoint(step: number) {
      await writeFile(checkpointOf(runFolder), `${name} ${step}`);
      files.checkpointed(step);
      await files.settle();
    },
    async finish() {
      await writeFile(sae, name);
      await files.finish([sae]);
    },
  };
}

const sets = () => store.listSets('runs/ab');

it('keeps one checkpoint of an attempt, the newest', async () => {
  const old = await machine('old', 1);
  for (const step of [10, 20, 30]) await old.checkpoint(step);
  expect(checkpointsAmong(await sets())).toMatchObject([{ attempt: 1, step: 30 }]);
  expect(old.faults).toEqual([]);
});

it('lets a superseded process harm neither the checkpoint nor the SAE of its successor', async () => {
  const zombie = await machine('zombie', 1);
  await zombie.checkpoint(40);
  const successor = await machine('successor', 2);
  await successor.checkpoint(35);
  await zombie.checkpoint(90);
  expect(checkpointsAmong(await sets())[0]).toMatchObject({ attempt: 2, step: 35 });

  await successor.finish();
  await zombie.finish();
  const [counting] = saesAmong(await sets());
  const opened = await store.openSet((await store.readSet(counting!))!);
  expect(await readFile(join(opened.folder, 'cfg.json'), 'utf8')).toBe('successor');
  await opened.close();

  await successor.files.discardCheckpoints();
  expect(checkpointsAmong(await sets())).toEqual([]);
});

it('reports a checkpoint that cannot be stored', async () => {
  const lost = await machine('lost', 3);
  lost.files.checkpointed(1);
  await expect(lost.files.settle()).rejects.toThrow('ENOENT');
  expect(lost.faults).toHaveLength(1);
});
