import { gzipSync, zstdCompressSync } from 'node:zlib';
import { startHubServer, type HubServer } from '@sae-lab/hub/testing';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { datasetOf, errorOf, rowsOf, smallSpec, temporaryFolder, writeFileIn } from '../test-support.ts';
import { extractActivations } from './extract.ts';
import { planActivations, type ExtractionSpec } from './plan.ts';

const TEXTS = Array.from(
  { length: 12 },
  (_, i) => `In the beginning was the word number ${i}, and the rest was silence.`,
);
const jsonl = (texts: readonly string[], field = 'text'): string =>
  texts.map((text) => `${JSON.stringify({ id: 1, [field]: text })}\n`).join('');
const parquet = (texts: readonly string[]): Uint8Array =>
  new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'text', data: [...texts], type: 'STRING' },
        { name: 'title', data: texts.map((_, i) => `title ${i}`), type: 'STRING' },
      ],
    }),
  );

let server: HubServer;
const start = (files: Record<string, string | Uint8Array>): Promise<HubServer> =>
  startHubServer({
    repositories: [
      {
        type: 'dataset',
        id: 'org/corpus',
        files,
        branches: { small: { 'data/train-00000-of-00001.parquet': parquet(TEXTS.slice(0, 3)) } },
      },
    ],
  });

beforeEach(async () => {
  server = await start({
    'data/train-00000-of-00002.parquet': parquet(TEXTS.slice(0, 5)),
    'data/train-00001-of-00002.parquet': parquet(TEXTS.slice(5)),
    'data/test-00000-of-00001.parquet': parquet(TEXTS.toReversed()),
  });
  vi.stubEnv('HF_ENDPOINT', server.endpoint);
  vi.stubEnv('HF_HOME', temporaryFolder());
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

type Dataset = ExtractionSpec['dataset'];
const specOf = (dataset: Dataset): ExtractionSpec =>
  smallSpec(temporaryFolder(), { dataset, hooks: ['blocks.0.hook_mlp_out'] });
const idOf = async (dataset: Dataset): Promise<string> => (await planActivations(specOf(dataset)))[0]!.id;
const hub = (change: object = {}): Dataset => ({ kind: 'hub', id: 'org/corpus', ...change });

describe('a dataset by name or path', () => {
  it('gives the same activations from the hub and from local files of every format', async () => {
    const folder = temporaryFolder();
    writeFileIn(folder, 'a.parquet', parquet(TEXTS.slice(0, 4)));
    writeFileIn(folder, 'b.jsonl.zst', zstdCompressSync(jsonl(TEXTS.slice(4, 8))));
    writeFileIn(folder, 'c.txt.gz', gzipSync(TEXTS.slice(8).join('\n\n')));
    const [expected] = await extractActivations(specOf(datasetOf(temporaryFolder(), TEXTS)));
    const rows = await rowsOf(expected!);
    for (const dataset of [
      hub(),
      { kind: 'files', path: folder },
      { kind: 'files', path: `${folder}/*.{parquet,zst,gz}` },
      { kind: 'files', path: writeFileIn(temporaryFolder(), 'x.ndjson', jsonl(TEXTS, 'body')) },
    ] as const) {
      const [store] = await extractActivations(specOf(dataset));
      expect(await rowsOf(store!)).toEqual(rows);
    }
  });

  it('on the hub is identified by its files, at whichever commit', async () => {
    const before = await idOf(hub());
    expect(await idOf(hub({ revision: 'main' }))).toBe(before);
    const others = await Promise.all([
      idOf(hub({ split: 'test' })),
      idOf(hub({ column: 'title' })),
      idOf(hub({ documents: 4 })),
      idOf(hub({ revision: 'small' })),
      idOf(hub({ shuffle: {} })),
      idOf(hub({ shuffle: { seed: 1 } })),
      idOf(hub({ shuffle: { buffer: 999 } })),
    ]);
    expect(new Set([before, ...others]).size).toBe(8);
    expect(await idOf(hub({ shuffle: { seed: 0, buffer: 1000 } }))).toBe(others[4]);

    const [store] = await extractActivations(specOf(hub()));
    const commit = expect.stringMatching(/^[0-9a-f]{40}$/) as string;
    expect(store!.manifest).toMatchObject({ dataset: { commit, spec: { kind: 'hub', id: 'org/corpus' } } });
    const idOfCommit = async (texts: readonly string[]): Promise<string> => {
      await server.close();
      server = await start({
        'README.md': 'new',
        'data/train-00000-of-00002.parquet': parquet(texts.slice(0, 5)),
        'data/train-00001-of-00002.parquet': parquet(texts.slice(5)),
      });
      vi.stubEnv('HF_ENDPOINT', server.endpoint);
      return idOf(hub());
    };
    expect(await idOfCommit(TEXTS)).toBe(before);
    expect(await idOfCommit(TEXTS.slice(1))).not.toBe(before);
  });

  it('on the hub is resolved once for a plan that reads it several times', async () => {
    await planActivations({ ...specOf(hub()), holdout: 0.3 });
    const resolved = server.requests.map(({ path }) => path).filter((path) => path.includes('/resolve/'));
    expect(resolved).toHaveLength(2);
    expect(new Set(resolved).size).toBe(2);
  });

  it('on the hub is not read again if the activations exist', async () => {
    const spec = specOf(hub());
    await extractActivations(spec);
    const rows = (await planActivations(spec))[0]!.estimatedRows;
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    const [store] = await extractActivations(spec);
    expect(store!.rows).toBe(rows);
    expect((await errorOf(() => extractActivations({ ...spec, dataDir: temporaryFolder() }))).code).toBe(
      'hub.not-cached',
    );
  });

  it('of local files is identified by content, wherever the files are', async () => {
    const idsIn = async (texts: readonly string[]): Promise<string> => {
      const folder = temporaryFolder();
      writeFileIn(folder, 'a.parquet', parquet(texts));
      writeFileIn(folder, 'b.parquet', parquet(TEXTS));
      return idOf({ kind: 'files', path: folder });
    };
    const before = await idsIn(TEXTS.slice(1));
    expect(await idsIn(TEXTS.slice(1))).toBe(before);
    expect(await idsIn(TEXTS.slice(2))).not.toBe(before);
  });

  it('is refused without documents, text or a known split', async () => {
    const refused = async (dataset: Dataset): Promise<string> => (await errorOf(() => idOf(dataset))).code;
    expect(await refused(hub({ id: 'org/corpse' }))).toBe('hub.unknown-repository');
    expect(await refused(hub({ split: 'validation' }))).toBe('hub.unknown-split');
    expect(await refused(hub({ column: 'body' }))).toBe('dataset.no-text-column');
    expect(await refused({ kind: 'files', path: temporaryFolder() })).toBe('hub.no-matching-files');
    expect(await refused({ kind: 'files', path: writeFileIn(temporaryFolder(), 'a.csv', 'text') })).toBe(
      'dataset.unknown-format',
    );
  });
});
