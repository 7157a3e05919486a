import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { extractActivations } from './extract.ts';
import { planActivations, type ExtractionSpec } from './plan.ts';
import { damagedBeforeUse } from '../store/verify.ts';
import { CORPUS, bytesOf, smallSpec, temporaryFolder } from '../test-support.ts';

const spec = (dataDir: string): ExtractionSpec =>
  smallSpec(dataDir, { dataset: { ...CORPUS, documents: 5 } });

describe('a foreign file or folder where activations should be', () => {
  const folder = (path: string): void => {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path);
    writeFileSync(join(path, 'theirs'), 'x');
  };
  const file = (path: string): void => {
    rmSync(path, { recursive: true, force: true });
    writeFileSync(path, 'theirs');
  };

  it.each<[string, string, (path: string) => void, string]>([
    ['a folder instead of a shard', '/00001.safetensors', folder, '/00001.safetensors.unusable/theirs'],
    ['a folder instead of the manifest', '/manifest.json', folder, '/manifest.json.unusable/theirs'],
    ['a file instead of the activations', '', file, '.unusable'],
    ['a folder instead of the lock', '.lock', folder, '.lock.unusable/theirs'],
  ])('%s, is set aside, and extraction produces the same bytes again', async (_, place, put, aside) => {
    const dataDir = temporaryFolder();
    const stores = await extractActivations(spec(dataDir));
    const before = bytesOf(stores);
    const [damaged] = stores;
    if (place === '.lock') rmSync(damaged!.folder, { recursive: true });
    put(`${damaged!.folder}${place}`);
    const again = await extractActivations(spec(dataDir));
    expect(existsSync(`${damaged!.folder}${aside}`)).toBe(true);
    rmSync(`${damaged!.folder}${aside.replace('/theirs', '')}`, { recursive: true });
    expect(bytesOf(again)).toEqual(before);
    expect(readdirSync(join(dataDir, 'activations')).toSorted()).toEqual(
      stores.map(({ id }) => id).toSorted(),
    );
  });

  it.each<[string, string, (path: string) => void]>([
    ['a file instead of unfinished activations', '', file],
    ['a folder instead of their progress', '/progress.json', folder],
    ['a folder instead of one of their shards', '/00000.safetensors', folder],
  ])('%s, is set aside when extraction resumes', async (_, place, put) => {
    const dataDir = temporaryFolder();
    const controller = new AbortController();
    const stopped = extractActivations(spec(dataDir), {
      signal: controller.signal,
      onProgress: ({ shards }) => shards >= 2 && controller.abort(new Error('stop')),
    });
    await expect(stopped).rejects.toThrow('stop');
    const [partial] = readdirSync(join(dataDir, 'activations'));
    put(join(dataDir, 'activations', `${partial}${place}`));
    const whole = await extractActivations(spec(temporaryFolder()));
    const again = await extractActivations(spec(dataDir));
    expect(again.map(({ manifest }) => manifest)).toEqual(whole.map(({ manifest }) => manifest));
  });

  it('activations with another identity, are set aside', async () => {
    const dataDir = temporaryFolder();
    const [store, other] = await extractActivations(spec(dataDir));
    const before = bytesOf([store!]);
    rmSync(store!.folder, { recursive: true });
    cpSync(other!.folder, store!.folder, { recursive: true });
    expect((await planActivations(spec(dataDir))).map(({ present }) => present)).toEqual([false, true]);
    const warnings: string[] = [];
    const [again] = await extractActivations(spec(dataDir), {
      onProgress: (event) => warnings.push(...event.warnings),
    });
    expect(bytesOf([again!])).toEqual(before);
    expect(warnings).toEqual([expect.stringContaining(`It was renamed to ${store!.folder}.unusable`)]);
    expect(existsSync(`${store!.folder}.unusable/manifest.json`)).toBe(true);
  });
});

describe('activations too large to read each time', () => {
  it('are read if a file may have changed, whatever its size and mtime', async () => {
    const [store] = await extractActivations(spec(temporaryFolder()));
    const { folder, manifest } = store!;
    expect(await damagedBeforeUse(folder, manifest.shards, { readEachTime: 1 })).toBeUndefined();
    const path = join(folder, manifest.shards[1]!.file);
    const { atime, mtime } = statSync(path);
    writeFileSync(path, '!', { flag: 'r+' });
    utimesSync(path, atime, mtime);
    expect(await damagedBeforeUse(folder, manifest.shards, { readEachTime: 1 })).toMatchObject({
      index: 1,
      error: { code: 'activations.corrupted' },
    });
  });
});

describe('a limit on the size of files', () => {
  it('is reported with the file that exceeds it', async () => {
    const dataDir = temporaryFolder();
    const script = `
      import { extractActivations } from ${JSON.stringify(new URL('extract.ts', import.meta.url).href)};
      const error = await extractActivations(${JSON.stringify(spec(dataDir))}).catch((error) => error);
      console.log(JSON.stringify(error));`;
    const command = 'ulimit -f 64; exec "$0" --input-type=module -e "$1"';
    const { stdout } = spawnSync('bash', ['-c', command, process.execPath, script], { encoding: 'utf8' });
    const { code, message } = JSON.parse(stdout) as { code: string; message: string };
    expect(code).toBe('files.too-large');
    expect(message).toMatch(new RegExp(`^${dataDir}/activations/.*00000.safetensors: .*ulimit -f`));
  });
});
