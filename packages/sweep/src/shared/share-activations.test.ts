/** Two machines that need the same activations at once: one database, one store, two data folders. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planSynthesis, synthesizeActivations, syntheticSpecSchema } from '@sae-lab/core/activations';
import { openClaims } from '@sae-lab/db';
import { openTestDatabase, type TestDatabase } from '@sae-lab/db/testing';
import { openStore } from '@sae-lab/store';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shareActivations } from './share-activations.ts';

const spec = syntheticSpecSchema.parse({ kind: 'synthetic', features: 24, dIn: 16, active: 2, rows: 20_000 });
let folder: string;
let server: TestDatabase;
beforeAll(async () => {
  server = await openTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'sae-lab-shared-'));
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

/** Makes the activations as a sweep on a machine does. */
async function machine(name: string) {
  const dataDir = join(folder, name);
  const claims = await openClaims(server.database);
  const store = await openStore(join(folder, 'store'), {
    cluster: 'one',
    cache: { folder: join(dataDir, 'store-cache'), limitBytes: 1e9 },
  });
  const warnings: string[] = [];
  let rowsMade = 0;
  try {
    const planned = await planSynthesis(spec, dataDir, 0.1);
    const [made] = await shareActivations(
      [planned],
      async () => [
        await synthesizeActivations(spec, dataDir, { onProgress: ({ rows }) => (rowsMade = rows) }),
      ],
      { store, claims, signal: new AbortController().signal, warn: (sentence) => warnings.push(sentence) },
    );
    const names = made!.manifest.shards.map(({ file }) => file);
    const bytes = await Promise.all(names.map((file) => readFile(join(made!.folder, file), 'hex')));
    return { rowsMade, warnings, rows: made!.rows, bytes, folder: made!.folder };
  } finally {
    store.close();
    await claims.close();
  }
}

const objects = async () =>
  (await readdir(join(folder, 'store', 'activations'), { recursive: true })).filter((name) =>
    name.includes('.'),
  );

it('makes them once, on either machine, with the same bytes on both', async () => {
  const [one, two] = await Promise.all([machine('one'), machine('two')]);
  expect([one.rowsMade, two.rowsMade].toSorted((a, b) => a - b)).toEqual([0, 20_000]);
  expect(one.folder).not.toBe(two.folder);
  expect(one.bytes).toEqual(two.bytes);
  expect((await objects()).filter((name) => name.endsWith('set.json'))).toHaveLength(1);
});

it('makes damaged ones again and replaces them in the store', async () => {
  const damaged = (await objects()).find((name) => name.endsWith('.safetensors'))!;
  await writeFile(join(folder, 'store', 'activations', damaged), 'damaged');
  const three = await machine('three');
  expect(three).toMatchObject({
    rowsMade: 20_000,
    rows: 20_000,
    warnings: [expect.stringContaining('is damaged')],
  });
  expect(await objects()).not.toContain(damaged);
  expect((await machine('four')).rowsMade).toBe(0);
});

it('stores those that were made before there was a store', async () => {
  await rm(join(folder, 'store'), { recursive: true });
  expect((await machine('three')).rowsMade).toBe(0);
  expect((await objects()).filter((name) => name.endsWith('set.json'))).toHaveLength(1);
});
