import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { damaged, damages } from '../../testing/damaged-bytes.ts';
import { settled } from '../../testing/refusal.ts';
import { storeOfKnownRows } from '../test-support.ts';
import { openActivations, type ActivationStore } from './activation-store.ts';
import { MANIFEST, type Manifest } from './manifest.ts';
import type { Split } from './holdout.ts';
import type { Verification } from './verify.ts';

const RUNS = { seed: 1, numRuns: 300 };
const CODES = ['activations.corrupted', 'activations.missing', 'safetensors.malformed'];
const ALL: Split = { holdout: 0, seed: 0, part: 'train' };

let parent: string;
let folder: string;
let manifest: Manifest;
let mean: Float64Array;
const shards = new Map<string, Buffer>();

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'sae-lab-manifest-'));
  const store = await storeOfKnownRows(parent, { rows: 95, dIn: 3, shardRows: 40 });
  ({ folder, manifest } = store);
  ({ mean } = await store.statistics(ALL));
  for (const { file } of manifest.shards) shards.set(file, readFileSync(join(folder, file)));
  // A valid shard outside the folder, which a name with `..` would find.
  copyFileSync(join(folder, '00000.safetensors'), join(parent, '00000.safetensors'));
});
beforeEach(() => {
  for (const [file, bytes] of shards) writeFileSync(join(folder, file), bytes);
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const write = (content: unknown): void => writeFileSync(join(folder, MANIFEST), JSON.stringify(content));

/** Reads everything that a run reads from activations. */
async function readAll(store: ActivationStore): Promise<Float64Array> {
  const stream = store.trainingBatches({ batchSize: 16, split: ALL, seed: 0 });
  try {
    await stream.next();
  } finally {
    await stream.close();
  }
  await store.countRows({ ...ALL, holdout: 0.5 });
  return (await store.statistics(ALL)).mean;
}

/** The mean of the values read; undefined if a SaeLabError was thrown. */
async function meanRead(verify: Verification): Promise<Float64Array | undefined> {
  const { value, error } = await settled(async () => readAll(await openActivations(folder, { verify })));
  if (error !== undefined) expect(CODES).toContain(error.code);
  return value;
}

const numbers = fc.constantFrom(-1, 0, 1, 2, 39, 41, 95, 0.5, 1e6, 2 ** 31, 2 ** 53 - 1, 1e300);
const junk = fc.oneof(
  numbers,
  fc.constantFrom(
    '../00000.safetensors',
    '/etc/passwd',
    '00001.safetensors',
    '',
    '.',
    '\0',
    'float16',
    'float32',
  ),
  fc.constantFrom(null, [], {}),
  fc.jsonValue(),
);

type Place = readonly (string | number)[];

function placesOf(value: unknown, place: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [place];
  return [place, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...place, key]))];
}

function changed(value: unknown, [key, ...rest]: Place, change: (before: unknown) => unknown): unknown {
  if (key === undefined) return change(value);
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[key] = changed(copy[key], rest, change);
  return copy;
}

describe('a manifest', () => {
  it('of random bytes is refused', () =>
    fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array(), fc.json()), async (content) => {
        writeFileSync(join(folder, MANIFEST), content);
        expect(await meanRead('sizes')).toBeUndefined();
      }),
      RUNS,
    ));

  it('that is truncated is refused', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), async (length) => {
        const text = JSON.stringify(manifest);
        writeFileSync(join(folder, MANIFEST), text.slice(0, length % text.length));
        expect(await meanRead('sizes')).toBeUndefined();
      }),
      RUNS,
    ));

  it('with one change is refused or gives the same rows', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), junk, async (place, value) => {
        const places = placesOf(manifest);
        write(changed(manifest, places[place % places.length]!, () => value));
        expect([undefined, mean]).toContainEqual(await meanRead('checksums'));
      }),
      { ...RUNS, numRuns: 600 },
    ));

  it('with inconsistent figures is refused', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Place>(
          ['rows'],
          ['dIn'],
          ['shards', 0, 'rows'],
          ['shards', 2, 'rows'],
          ['shards', 1, 'bytes'],
        ),
        numbers,
        async (place, number) => {
          fc.pre(placeValue(place) !== number);
          write(changed(manifest, place, () => number));
          const { error } = await settled(async () => readAll(await openActivations(folder)));
          expect(error?.code).toBe('activations.corrupted');
        },
      ),
      RUNS,
    ));

  it('that names files outside the folder, or a file twice, is refused before any is read', () =>
    fc.assert(
      fc.asyncProperty(
        fc.nat(2),
        fc.oneof(
          fc.constantFrom(
            '../00000.safetensors',
            './00000.safetensors',
            '../known/00000.safetensors',
            '/etc/passwd',
          ),
          fc.constantFrom('00000.safetensors', '00001.safetensors', '00002.safetensors', 'manifest.json'),
          fc.string(),
        ),
        async (index, file) => {
          fc.pre(manifest.shards[index]!.file !== file);
          const other = manifest.shards.find((shard) => shard.file === file) ?? manifest.shards[0]!;
          write(changed(manifest, ['shards', index], (shard) => ({ ...(shard as object), ...other, file })));
          const { error } = await settled(() => openActivations(folder, { verify: 'checksums' }));
          expect(error?.code).toBe('activations.corrupted');
          expect(error?.details.field).toBe(join(folder, MANIFEST));
        },
      ),
      RUNS,
    ));

  it('of damaged shards is refused by its checksums, or throws only SaeLabErrors without them', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(2), damages, async (index, done) => {
        write(manifest);
        const { file } = manifest.shards[index]!;
        const bytes = shards.get(file)!;
        const after = damaged(bytes, done);
        fc.pre(!after.equals(bytes));
        writeFileSync(join(folder, file), after);
        try {
          expect(await meanRead('checksums')).toBeUndefined();
          // As if the checksum had been computed from the damaged file.
          const entry = { ...manifest.shards[index]!, bytes: Math.max(1, after.length) };
          write({ ...manifest, shards: manifest.shards.with(index, entry) });
          await meanRead('sizes');
        } finally {
          writeFileSync(join(folder, file), bytes);
        }
      }),
      RUNS,
    ));
});

function placeValue(place: Place): unknown {
  return place.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], manifest);
}
