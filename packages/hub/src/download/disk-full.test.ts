import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HubSettings } from '../settings.ts';
import { bytesOf, errorOf, serve } from '../test-support.ts';
import { downloadSnapshot, type DownloadOptions, type Snapshot } from './download-snapshot.ts';

const WEIGHTS = bytesOf(400_000);
const MODEL = { type: 'model', id: 'org/tiny', files: { 'model.safetensors': WEIGHTS } } as const;

const folder = mkdtempSync(join(tmpdir(), 'sae-lab-hub-disk-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { encoding: 'utf8' });
const reason = mounted.status === 0 ? undefined : (mounted.error?.message ?? mounted.stderr.trim());
if (reason !== undefined) console.warn(`skipping tests of a full disk, cannot mount: ${reason}`);

afterAll(() => {
  if (reason === undefined) spawnSync('umount', ['--lazy', folder]);
  rmSync(folder, { recursive: true, force: true });
});

/** Fills the disk except for this many bytes. */
async function fill(left: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  writeFileSync(join(folder, 'ballast'), Buffer.alloc(bavail * bsize - left));
}

describe.skipIf(reason !== undefined)('a full disk', () => {
  const download = (settings: HubSettings, options: DownloadOptions = {}): Promise<Snapshot> =>
    downloadSnapshot('model', 'org/tiny', ['**'], {
      settings: { ...settings, cache: join(folder, 'hub') },
      ...options,
    });
  beforeAll(() => fill(200_000));

  it('is detected before the download', async () => {
    const { server, settings } = await serve(MODEL);
    const error = await errorOf(() => download(settings));
    expect(error.code).toBe('hub.disk-full');
    expect(error.details.expected).toBe('400.0 kB free');
    expect(server.requests.some(({ path }) => path.includes('/resolve/'))).toBe(false);
  });

  it('stops a download, which resumes once there is space', async () => {
    const { server, settings } = await serve(MODEL);
    rmSync(join(folder, 'ballast'));
    server.fail({ path: /^\/storage\//, effect: { kind: 'slow', bytes: 20_000, milliseconds: 20 } });
    let filled: Promise<void> | undefined;
    const error = await errorOf(() =>
      download(settings, { onProgress: () => void (filled ??= fill(50_000)) }),
    );
    await filled;
    expect(error.code).toBe('hub.disk-full');
    expect(error.details.fix).toContain('resumes');
    rmSync(join(folder, 'ballast'));
    server.reset();
    const { files } = await download(settings);
    expect(readFileSync(files[0]!.localPath)).toEqual(WEIGHTS);
    expect(server.requests.find(({ path }) => path.startsWith('/storage/'))!.range).toMatch(/^bytes=\d+-$/);
    expect(readdirSync(join(folder, 'hub/models--org--tiny/blobs'))).toEqual([files[0]!.hash!.value]);
  });
});
