import {
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HubSettings } from '../settings.ts';
import { bytesOf, errorOf, fileInTheWay, serve, settingsFor } from '../test-support.ts';
import type { FaultEffect } from '../testing/index.ts';
import { downloadSnapshot, type DownloadOptions, type Snapshot } from './download-snapshot.ts';
import type { DownloadProgress } from './progress.ts';

const WEIGHTS = bytesOf(300_000);
const MODEL = {
  type: 'model',
  id: 'org/tiny',
  files: { 'config.json': '{"a": 1}', 'onnx/model.onnx': bytesOf(2000), 'model.safetensors': WEIGHTS },
} as const;
const STORAGE = /^\/storage\//;

const download = (settings: HubSettings, options: DownloadOptions = {}): Promise<Snapshot> =>
  downloadSnapshot('model', 'org/tiny', ['*.safetensors'], { settings, ...options });

function blobsIn({ cache }: HubSettings): string[] {
  return readdirSync(join(cache, 'models--org--tiny/blobs')).toSorted();
}

describe('downloadSnapshot', () => {
  it('stores the chosen files in the layout of the Python library', async () => {
    const { settings } = await serve(MODEL);
    const { folder, commit, files } = await downloadSnapshot(
      'model',
      'org/tiny',
      ['config.json', '**/*.onnx'],
      {
        settings,
      },
    );
    const repository = join(settings.cache, 'models--org--tiny');
    expect(folder).toBe(join(repository, 'snapshots', commit));
    expect(files.map(({ localPath, size }) => [localPath, size])).toEqual([
      [join(folder, 'config.json'), 8],
      [join(folder, 'onnx/model.onnx'), 2000],
    ]);
    const [config, onnx] = files;
    expect(readFileSync(config!.localPath, 'utf8')).toBe('{"a": 1}');
    expect(readlinkSync(config!.localPath)).toBe(`../../blobs/${config!.hash!.value}`);
    expect(readlinkSync(onnx!.localPath)).toBe(`../../../blobs/${onnx!.hash!.value}`);
    expect(readFileSync(join(repository, 'refs/main'), 'utf8')).toBe(commit);
    expect(blobsIn(settings)).toEqual([config!.hash!.value, onnx!.hash!.value].toSorted());
  });

  it('downloads only the chosen files, and only once', async () => {
    const { server, settings } = await serve(MODEL);
    await download(settings);
    expect(server.requests.some(({ path }) => /config|onnx/.test(path))).toBe(false);
    server.reset();
    await download(settings);
    expect(server.requests.map(({ path }) => path.includes('/resolve/'))).not.toContain(true);
    // A missing link is restored.
    const { files } = await download(settings);
    rmSync(files[0]!.localPath);
    server.reset();
    await download(settings);
    expect(readFileSync(files[0]!.localPath)).toEqual(WEIGHTS);
    expect(server.requests).toHaveLength(1);
  });

  it('sends the token to the hub but not to its storage', async () => {
    const { server, settings } = await serve({ ...MODEL, isPrivate: true });
    await download({ ...settings, token: 'hf_test' });
    const stored = server.requests.filter(({ path }) => STORAGE.test(path));
    expect(stored.map(({ authorization }) => authorization)).toEqual([undefined]);
    const others = server.requests.filter(({ path }) => !STORAGE.test(path));
    expect(new Set(others.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer hf_test']));
  });

  it('copies files if symbolic links are disabled', async () => {
    const { server } = await serve(MODEL);
    const settings = settingsFor(server, { HF_HUB_DISABLE_SYMLINKS: '1' });
    const { files } = await download(settings);
    expect(lstatSync(files[0]!.localPath).isFile()).toBe(true);
    expect(readFileSync(files[0]!.localPath)).toEqual(WEIGHTS);
  });

  it('works offline from the cache, and names missing files', async () => {
    const { server, settings } = await serve(MODEL);
    const online = await download(settings);
    server.reset();
    const offline = { ...settings, offline: true };
    expect(await download(offline)).toEqual(online);
    const error = await errorOf(() => downloadSnapshot('model', 'org/tiny', ['**'], { settings: offline }));
    expect(error.code).toBe('hub.not-cached');
    expect(error.details.problem).toContain('config.json, onnx/model.onnx');
    // Older versions of the Python library do not save the list of the commit.
    rmSync(join(settings.cache, 'models--org--tiny/trees'), { recursive: true });
    expect(await download(offline)).toMatchObject({ commit: online.commit, files: online.files });
    const unknown = await errorOf(() =>
      downloadSnapshot('model', 'org/tiny', ['*.bin'], { settings: offline }),
    );
    expect(unknown).toMatchObject({ code: 'hub.not-cached' });
    expect(unknown.details.problem).toContain('*.bin');
    expect(server.requests).toEqual([]);
  });

  it('lists the existing files if nothing matches', async () => {
    const { settings } = await serve(MODEL);
    for (const choice of [['*.bin', 'weights/**'], () => []]) {
      const error = await errorOf(() => downloadSnapshot('model', 'org/tiny', choice, { settings }));
      expect(error.code).toBe('hub.no-matching-files');
      expect(error.details.received).toBe('config.json, model.safetensors, onnx/model.onnx');
    }
  });

  it('reports a gated repository with the page to request access', async () => {
    const { server, settings } = await serve({ ...MODEL, isGated: true });
    const error = await errorOf(() => download(settings));
    expect(error.code).toBe('hub.gated');
    expect(error.details.fix).toContain(
      `Accept the conditions at ${server.endpoint}/org/tiny. Create a token`,
    );
    const stranger = await errorOf(() => download({ ...settings, token: 'hf_stranger' }));
    expect(stranger.code).toBe('hub.gated');
    expect(stranger.details.fix).toContain('with the account that owns the token');
  });
});

describe('a disturbed download', () => {
  // When a connection breaks, data that was received but not yet read is lost.
  const FROM_THE_MIDDLE = expect.stringMatching(/^bytes=[1-9]\d*-$/) as unknown as string;

  it.each<[string, FaultEffect[], (string | undefined)[]]>([
    ['a broken connection', [{ kind: 'drop', afterBytes: 100_000 }], [undefined, FROM_THE_MIDDLE]],
    [
      'many broken connections',
      Array.from({ length: 8 }, () => ({ kind: 'drop' as const, afterBytes: 30_000 })),
      [undefined, ...Array.from({ length: 8 }, (_, i) => `bytes=${30_000 * (i + 1)}-`)],
    ],
    ['a body that is too short', [{ kind: 'shorter', bytes: 1000 }], [undefined, 'bytes=1000-']],
    ['a body that is too long', [{ kind: 'longer' }], [undefined, undefined]],
    ['a corrupt byte', [{ kind: 'corrupt' }], [undefined, undefined]],
    ['a server error', [{ kind: 'status', status: 502 }], [undefined, undefined]],
    [
      'rate limiting',
      [{ kind: 'status', status: 429, headers: { 'retry-after': '0' } }],
      [undefined, undefined],
    ],
    [
      'a resumed request that ignores the range',
      [{ kind: 'drop', afterBytes: 100_000 }, { kind: 'no-range' }],
      [undefined, FROM_THE_MIDDLE],
    ],
  ])('completes after %s', async (_, effects, ranges) => {
    const { server, settings } = await serve(MODEL);
    for (const effect of effects) server.fail({ path: STORAGE, effect });
    const { files } = await download(settings);
    expect(readFileSync(files[0]!.localPath)).toEqual(WEIGHTS);
    expect(server.requests.filter(({ path }) => STORAGE.test(path)).map(({ range }) => range)).toEqual(
      ranges,
    );
    expect(blobsIn(settings)).toEqual([files[0]!.hash!.value]);
  });

  it('recovers from a server that stops sending', async () => {
    const { server, settings } = await serve(MODEL);
    server.fail({ path: STORAGE, effect: { kind: 'stall', afterBytes: 5000 } });
    const { files } = await download({ ...settings, timeout: 0.5 });
    expect(readFileSync(files[0]!.localPath)).toEqual(WEIGHTS);
  });

  it.each<[FaultEffect, string, boolean]>([
    [{ kind: 'corrupt' }, 'hub.damaged-download', false],
    [{ kind: 'longer' }, 'hub.damaged-download', false],
    [{ kind: 'status', status: 500 }, 'hub.unavailable', true],
    [{ kind: 'drop', afterBytes: 0 }, 'hub.unreachable', true],
    [{ kind: 'shorter', bytes: 0 }, 'hub.damaged-download', true],
  ])('gives up on %j without creating the file', async (effect, code, keeps) => {
    const { server, settings } = await serve(MODEL);
    server.fail({ path: STORAGE, times: 1000, effect });
    const error = await errorOf(() => download(settings));
    expect(error.code).toBe(code);
    expect(error.message).toContain('org/tiny');
    expect(blobsIn(settings).filter((name) => !name.endsWith('.incomplete'))).toEqual([]);
    expect(blobsIn(settings)).toHaveLength(keeps ? 1 : 0);
    server.reset();
    expect(readFileSync((await download(settings)).files[0]!.localPath)).toEqual(WEIGHTS);
  });

  it('resumes in a later call after it was aborted', async () => {
    const { server, settings } = await serve(MODEL);
    server.fail({ path: STORAGE, effect: { kind: 'slow', bytes: 20_000, milliseconds: 20 } });
    const controller = new AbortController();
    const onProgress = ({ bytes }: DownloadProgress): void => {
      if (bytes >= 20_000) controller.abort(new Error('enough'));
    };
    await expect(download(settings, { signal: controller.signal, onProgress })).rejects.toThrow('enough');
    server.reset();
    const seen: DownloadProgress[] = [];
    await download(settings, { onProgress: (progress) => seen.push(progress) });
    const [request] = server.requests.filter(({ path }) => STORAGE.test(path));
    const resumedAt = Number(/^bytes=(\d+)-$/.exec(request!.range ?? '')![1]);
    expect(resumedAt).toBeGreaterThanOrEqual(20_000);
    expect(seen[0]).toMatchObject({ bytes: resumedAt, totalBytes: 300_000, filesDone: 0, files: 1 });
    expect(seen.at(-1)).toMatchObject({ bytes: 300_000, filesDone: 1, secondsLeft: 0 });
  });

  it('replaces a damaged file in the cache', async () => {
    const { settings } = await serve(MODEL);
    const { files } = await download(settings);
    truncateSync(files[0]!.localPath, 1000);
    await download(settings);
    expect(readFileSync(files[0]!.localPath)).toEqual(WEIGHTS);
    // The checksum covers the partial download.
    const blob = join(dirname(dirname(dirname(files[0]!.localPath))), 'blobs', files[0]!.hash!.value);
    rmSync(blob);
    writeFileSync(`${blob}.sae-lab.incomplete`, 'x'.repeat(5000));
    await download(settings);
    expect(readFileSync(files[0]!.localPath)).toEqual(WEIGHTS);
    rmSync(blob);
    writeFileSync(`${blob}.sae-lab.incomplete`, 'x'.repeat(500_000));
    await download(settings);
    expect(readFileSync(files[0]!.localPath)).toEqual(WEIGHTS);
  });

  it('reports a cache that cannot be written to', async () => {
    const { settings } = await serve(MODEL);
    const error = await errorOf(() => download({ ...settings, cache: fileInTheWay() }));
    expect(error).toMatchObject({ code: 'hub.cache-not-writable' });
    expect(error.details.fix).toContain('HF_HUB_CACHE');
  });
});
