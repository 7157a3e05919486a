/** Streams of the shipped model: the same rows as in a cache, in bounded space, whatever interrupts them. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { extractActivations } from '../extraction/extract.ts';
import type { ExtractionSpec } from '../extraction/plan.ts';
import { CORPUS, errorOf, rowsOf, smallSpec, temporaryFolder } from '../test-support.ts';
import { openActivations } from '../store/activation-store.ts';
import { ROW_COLUMNS } from '../store/activation-writer.ts';
import { requireSpace } from '../store/free-space.ts';
import { requireRingSpace, streamBytes } from './ring-size.ts';
import { streamActivations, type ActivationStream, type StreamSettings } from './stream-activations.ts';
import { STREAM_START, type StreamPlace } from './streamed-windows.ts';

/** Not a multiple of the rows of a file or of a forward pass. */
const WINDOW = 1234;
/** Windows of 500 rows go through the model at once: a window of the stream has several, and some are in two. */
const EXTRACTION = { maxTokens: 64, batchTokens: 128, shardRows: 300 };
const SETTINGS: StreamSettings = { windowRows: WINDOW, ringWindows: 2, because: 'asked' };

const specOf = (dataDir: string, change: Partial<ExtractionSpec> = {}): ExtractionSpec =>
  smallSpec(dataDir, { dataset: { ...CORPUS, documents: 7 }, settings: EXTRACTION, ...change });

const place = (window: number, epoch = 0, perEpoch: number | null = null): StreamPlace => ({
  epoch,
  window,
  perEpoch,
});

/** Waits until a window is on disk, and opens it for each hook. */
async function windowOf(stream: ActivationStream, at: StreamPlace) {
  stream.setNeeds([at], 0);
  while (!stream.has(at)) await stream.extracted();
  return Promise.all(
    stream.ids.map(async (id, hook) => {
      const found = stream.windowsFrom(id, at).windows.find(({ index }) => index === at.window);
      return rowsOf(found === undefined ? stream.samples[hook]! : await openActivations(found.folder));
    }),
  );
}

/** All windows of a corpus, one after the other. */
async function readAll(stream: ActivationStream, from = 0) {
  const windows = [];
  for (let window = from; ; window++) {
    const at = place(window);
    stream.setNeeds([at], 0);
    while (!stream.has(at)) await stream.extracted();
    if (stream.windowsFrom(stream.ids[0]!, at).perEpoch === window) return windows;
    windows.push(await windowOf(stream, at));
  }
}

/** Entries in the ring of each hook: windows on disk and unfinished ones. */
function ringEntries(dataDir: string): number[] {
  const folder = join(dataDir, 'activations');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ring'))
    .map((name) => readdirSync(join(folder, name)).filter((entry) => entry !== 'ring.json').length);
}

/** All rows of each hook in a cache. */
async function extractedRows() {
  return Promise.all((await extractActivations(specOf(temporaryFolder()))).map(rowsOf));
}
let extracted: ReturnType<typeof extractedRows> | undefined;
const cachedRows = (): ReturnType<typeof extractedRows> => (extracted ??= extractedRows());

function expectSameRows(
  windows: Awaited<ReturnType<typeof readAll>>,
  cached: Awaited<ReturnType<typeof cachedRows>>,
  from = 0,
): void {
  for (const [hook, all] of cached.entries()) {
    const dIn = all.activations.length / all.rows;
    windows.forEach((window, i) => {
      const { rows, activations, ...columns } = window[hook]!;
      const first = (from + i) * WINDOW;
      expect(rows).toBe(Math.min(WINDOW, all.rows - first));
      const expected = all.activations.subarray(first * dIn, (first + rows) * dIn);
      expect(Buffer.from(activations.slice().buffer).equals(Buffer.from(expected.slice().buffer))).toBe(true);
      for (const name of ROW_COLUMNS) expect(columns[name]).toEqual(all[name].slice(first, first + rows));
    });
  }
}

describe('streamed activations', () => {
  it('have the rows of a cache bit for bit, for all hooks, in a ring that never exceeds its bound', async () => {
    const dataDir = temporaryFolder();
    const cached = await cachedRows();
    let most = 0;
    let files = 0;
    const onProgress = ({ rows, shards }: { rows: number; shards: number }): void => {
      most = Math.max(most, ...ringEntries(dataDir));
      // The first window is reported by its own extraction.
      if (rows > WINDOW) files = shards;
    };
    const stream = await streamActivations(specOf(dataDir), SETTINGS, { onProgress });
    const windows = await readAll(stream);
    expect(windows).toHaveLength(Math.ceil(cached[0]!.rows / WINDOW));
    expect(windows.length - 1).toBeGreaterThan(SETTINGS.ringWindows);
    expectSameRows(windows, cached);
    expect(most).toBe(SETTINGS.ringWindows);

    await stream.close({ remove: true });
    const filesOf = (rows: number): number => Math.ceil(rows / EXTRACTION.shardRows);
    expect(files).toBe(windows.slice(1).reduce((sum, hooks) => sum + 2 * filesOf(hooks[0]!.rows), 0));
    expect(ringEntries(dataDir)).toEqual([0, 0]);
    expect(readdirSync(join(dataDir, 'activations')).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });

  it('extract ahead only what runs will probably need, and the ring has room for', async () => {
    const dataDir = temporaryFolder();
    const stream = await streamActivations(specOf(dataDir), SETTINGS);
    stream.setNeeds([STREAM_START], 2);
    while (!stream.has(place(1))) await stream.extracted();
    expect(ringEntries(dataDir)).toEqual([1, 1]);
    stream.setNeeds([STREAM_START, place(1)], 100);
    while (!stream.has(place(2))) await stream.extracted();
    expect(stream.windowsFrom(stream.ids[0]!, STREAM_START).windows.map(({ index }) => index)).toEqual([
      1, 2,
    ]);
    // The first run still needs window 1.
    expect(ringEntries(dataDir)).toEqual([2, 2]);
    await stream.close({ remove: false });
    expect(ringEntries(dataDir)).toEqual([2, 2]);
  });

  it('start again at the beginning of the corpus after its end', async () => {
    const spec = specOf(temporaryFolder(), { hooks: ['blocks.0.hook_mlp_out'] });
    const stream = await streamActivations(spec, SETTINGS);
    const windows = await readAll(stream);
    const perEpoch = windows.length;
    const again = [];
    for (let window = 0; window < perEpoch; window++) {
      again.push(await windowOf(stream, place(window, 1, perEpoch)));
    }
    expect(again).toEqual(windows);
    // The place after the last window is the start of the next pass.
    expect(stream.has(place(perEpoch, 1, perEpoch))).toBe(true);
    await stream.close({ remove: true });
  });

  it.each([1, 3])('continue at window %d after an interruption there', async (last) => {
    const dataDir = temporaryFolder();
    const cached = await cachedRows();
    const stop = new AbortController();
    let rows = 0;
    const stream = await streamActivations(specOf(dataDir), SETTINGS, {
      signal: stop.signal,
      onProgress: (progress) => {
        ({ rows } = progress);
        // Some files into the window.
        if (rows > last * WINDOW + 700) stop.abort();
      },
    });
    await expect(readAll(stream)).rejects.toThrow('aborted');
    await stream.close({ remove: false });
    expect(rows).toBeLessThan((last + 1) * WINDOW);

    const resumed = await streamActivations(specOf(dataDir), SETTINGS);
    expectSameRows(await readAll(resumed, last), cached, last);
    await resumed.close({ remove: true });
  });

  it('replace damaged windows, and windows of another size', async () => {
    const dataDir = temporaryFolder();
    const cached = await cachedRows();
    const stream = await streamActivations(specOf(dataDir), SETTINGS);
    await windowOf(stream, place(2));
    const { folder } = stream.windowsFrom(stream.ids[0]!, place(2)).windows[0]!;
    await stream.close({ remove: false });
    const file = join(folder, '00000.safetensors');
    const bytes = readFileSync(file);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(file, bytes);

    const repaired = await streamActivations(specOf(dataDir), SETTINGS);
    expect(repaired.has(place(2))).toBe(false);
    expectSameRows(await readAll(repaired, 2), cached, 2);
    await repaired.close({ remove: false });

    const other = await streamActivations(specOf(dataDir), { ...SETTINGS, windowRows: 2000 });
    expect(ringEntries(dataDir)).toEqual([0, 0]);
    await other.close({ remove: true });
  });

  it('lose the windows of an interrupted stream to whatever needs the space, unless they are in use', async () => {
    const dataDir = temporaryFolder();
    const stream = await streamActivations(specOf(dataDir), SETTINGS);
    await windowOf(stream, place(1));
    await errorOf(() => requireSpace(1e18, dataDir));
    expect(ringEntries(dataDir)).toEqual([1, 1]);
    await stream.close({ remove: false });
    await requireSpace(1, dataDir);
    expect(ringEntries(dataDir)).toEqual([1, 1]);
    await errorOf(() => requireSpace(1e18, dataDir));
    expect(ringEntries(dataDir)).toEqual([0, 0]);

    const resumed = await streamActivations(specOf(dataDir), SETTINGS);
    expectSameRows([await windowOf(resumed, place(1))], await cachedRows(), 1);
    await resumed.close({ remove: true });
  });

  it('end with maxRows, and need no ring for a corpus of one window', async () => {
    const limited = specOf(temporaryFolder(), { settings: { ...EXTRACTION, maxRows: 3 * WINDOW } });
    const stream = await streamActivations(limited, SETTINGS);
    expect((await readAll(stream)).map(([window]) => window!.rows)).toEqual([WINDOW, WINDOW, WINDOW]);
    await stream.close({ remove: true });

    const dataDir = temporaryFolder();
    const short = await streamActivations(specOf(dataDir), { ...SETTINGS, windowRows: 1e6 });
    expect(short.windowsFrom(short.ids[0]!, STREAM_START)).toEqual({
      windowRows: 1e6,
      perEpoch: 1,
      windows: [],
    });
    short.setNeeds([STREAM_START], 50);
    expect(short.has(place(1, 0))).toBe(true);
    await short.close({ remove: true });
  });

  it('report an error of the extraction', async () => {
    const dataDir = temporaryFolder();
    const path = join(dataDir, 'corpus.jsonl.gz');
    cpSync(CORPUS.path, path);
    const stream = await streamActivations(
      specOf(dataDir, { dataset: { ...CORPUS, path, documents: 7 } }),
      SETTINGS,
    );
    writeFileSync(path, 'not compressed');
    stream.setNeeds([place(1)], 0);
    // Now and whenever a run waits later.
    for (let i = 0; i < 2; i++) {
      expect((await errorOf(() => stream.extracted())).code).toBe('dataset.unreadable');
    }
    await stream.close({ remove: true });
    expect(ringEntries(dataDir)).toEqual([0, 0]);
  });

  it('wait for another process that streams the same ones, and say so', async () => {
    const dataDir = temporaryFolder();
    const first = await streamActivations(specOf(dataDir), SETTINGS);
    const said = Promise.withResolvers<string>();
    const opening = streamActivations(specOf(dataDir), SETTINGS, { warn: said.resolve });
    expect(await said.promise).toContain('another sweep streams the activations of blocks.');
    await first.close({ remove: true });
    await (await opening).close({ remove: true });
  });
});

it('refuses a ring that does not fit the disk', async () => {
  const size = { windowRows: 1e9, ringWindows: 2 };
  const dataDir = temporaryFolder();
  const storage = { dtype: 'float32' } as const;
  const planned = [{ dIn: 4096 }, { dIn: 4096 }];
  const error = await errorOf(() =>
    requireRingSpace(planned, storage, size, { dataDir, estimatedRows: 1e12, onDisk: 0 }),
  );
  expect(error.code).toBe('activations.no-space');
  expect(streamBytes(planned, storage, size, 1e12)).toBe(2 * 3e9 * (4 * 4096 + 20));
  // A corpus that fits takes no more than in a cache.
  expect(streamBytes(planned, storage, size, 1000)).toBe(2 * 1000 * (4 * 4096 + 20));
});
