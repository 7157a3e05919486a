import { spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { startHubServer, type HubServer } from '@sae-lab/hub/testing';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { streamActivations, type ActivationStream } from '../stream/stream-activations.ts';
import type { StreamPlace } from '../stream/streamed-windows.ts';
import { openActivations } from '../store/activation-store.ts';
import { bytesOf, rowsOf, smallSpec, temporaryFolder } from '../test-support.ts';
import { extractActivations } from './extract.ts';
import type { ExtractionSpec } from './plan.ts';

const FILES = 4;
const PER_FILE = 40;
/** Of a parquet file. */
const GROUP = 4;
const textOf = (document: number): string =>
  `This is document number ${document}, and it says no more than that.`;
const textsOf = (file: number): string[] =>
  Array.from({ length: PER_FILE }, (_, i) => textOf(file * PER_FILE + i));
/** Digits that compress by half, so that planning, which reads half a megabyte, ends in the second file. */
const paddingOf = (text: string): string =>
  Array.from({ length: 128 }, (_, i) => hash('sha512', `${i} ${text}`)).join('');
const jsonl = (texts: readonly string[]): string =>
  texts.map((text) => `${JSON.stringify({ text, padding: paddingOf(text) })}\n`).join('');

const FORMATS: Record<string, (texts: readonly string[]) => Uint8Array> = {
  jsonl: (texts) => Buffer.from(jsonl(texts)),
  'jsonl.zst': (texts) => zstdCompressSync(jsonl(texts)),
  parquet: (texts) =>
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: 'text', data: [...texts], type: 'STRING' },
          { name: 'padding', data: texts.map(paddingOf), type: 'STRING' },
        ],
        rowGroupSize: GROUP,
        codec: 'UNCOMPRESSED',
      }),
    ),
};
const nameOf = (format: string, file: number): string => `data/train-0000${file}-of-0000${FILES}.${format}`;

let server: HubServer;
beforeEach(async () => {
  server = await startHubServer({
    repositories: Object.entries(FORMATS).map(([format, write]) => ({
      type: 'dataset',
      id: `org/${format}`,
      files: Object.fromEntries(
        Array.from({ length: FILES }, (_, file) => [nameOf(format, file), write(textsOf(file))]),
      ),
      largeFrom: 1,
    })),
  });
  vi.stubEnv('HF_ENDPOINT', server.endpoint);
  vi.stubEnv('HF_HOME', temporaryFolder());
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

/** 15 rows a document, and 16 documents a window. */
function specOf(format: string, shuffle: object | undefined, dataDir = temporaryFolder()): ExtractionSpec {
  return smallSpec(dataDir, {
    dataset: { kind: 'hub', id: `org/${format}`, ...(shuffle !== undefined && { shuffle }) },
    hooks: ['blocks.0.hook_mlp_out'],
    settings: { context: 'truncate', maxTokens: 16, batchTokens: 64, shardRows: 200 },
  });
}

/** Extracts in another process, which is killed when 10 of 12 shards are complete. */
async function killedExtraction(spec: ExtractionSpec): Promise<void> {
  const script = `
    import { extractActivations } from ${JSON.stringify(new URL('extract.ts', import.meta.url).href)};
    await extractActivations(${JSON.stringify(spec)}, {
      onProgress: ({ shards }) => shards >= 10 && process.kill(process.pid, 'SIGKILL'),
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  const folders = readdirSync(join(spec.dataDir, 'activations'));
  expect(folders.some((name) => name.endsWith('.partial'))).toBe(true);
}

/** Ranges of a file that were requested from the storage. */
function rangesOf(format: string, file: number): string[] {
  const sha256 = hash('sha256', FORMATS[format]!(textsOf(file)));
  return server.requests
    .filter(({ path }) => path.startsWith(`/storage/${sha256}`))
    .map(({ range }) => range!);
}

describe('a killed extraction from the hub', () => {
  it.each([
    ['jsonl', undefined],
    ['jsonl.zst', undefined],
    ['parquet', undefined],
    ['jsonl', { seed: 3, buffer: 25 }],
    ['parquet', { seed: 3, buffer: 25 }],
  ])('from %s, shuffled by %j, reads on where it was, and gives the same bytes', async (format, shuffle) => {
    const whole = bytesOf(await extractActivations(specOf(format, shuffle)));
    const spec = specOf(format, shuffle);
    await killedExtraction(spec);
    server.reset();
    expect(bytesOf(await extractActivations(spec))).toEqual(whole);

    // The tenth shard ends in the window after document 127, which is the eighth of the last file.
    expect(rangesOf(format, 2)).toEqual([]);
    const ranges = rangesOf(format, 3);
    if (shuffle === undefined && format === 'jsonl') {
      const start = Buffer.byteLength(jsonl(textsOf(3).slice(0, 7)));
      expect(ranges).toEqual([`bytes=${start}-${Buffer.byteLength(jsonl(textsOf(3))) - 1}`]);
    }
    // The footer, and the row groups from the second on.
    if (shuffle === undefined && format === 'parquet') expect(ranges).toHaveLength(PER_FILE / GROUP);
  });
});

describe('a stream from the hub that was stopped', () => {
  const ROWS = 500;
  const SETTINGS = { windowRows: ROWS, ringWindows: 1, because: 'asked' } as const;

  async function windowOf(stream: ActivationStream, window: number): Promise<Int32Array> {
    const at: StreamPlace = { epoch: 0, window, perEpoch: null };
    stream.setNeeds([at], 0);
    while (!stream.has(at)) await stream.extracted();
    const [place] = stream.windowsFrom(stream.ids[0]!, at).windows;
    return (await rowsOf(await openActivations(place!.folder))).token_ids;
  }

  it.each([
    ['jsonl', undefined],
    ['parquet', { seed: 3, buffer: 25 }],
  ])('from %s, shuffled by %j, reads on where it was', async (format, shuffle) => {
    const spec = specOf(format, shuffle);
    const [cached] = await extractActivations(specOf(format, shuffle));
    const expected = (await rowsOf(cached!)).token_ids;
    const stream = await streamActivations(spec, SETTINGS);
    for (const window of [1, 2, 3]) {
      expect(await windowOf(stream, window)).toEqual(expected.slice(window * ROWS, (window + 1) * ROWS));
    }
    await stream.close({ remove: false });

    server.reset();
    const resumed = await streamActivations(spec, SETTINGS);
    expect(await windowOf(resumed, 4)).toEqual(expected.slice(4 * ROWS));
    await resumed.close({ remove: true });
    // Planning reads the first two files. The fifth window starts in the last one.
    expect(rangesOf(format, 2)).toEqual([]);
    expect(rangesOf(format, 3)).not.toEqual([]);
  });
});
