import { readdir, rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newDataDir, sweep } from './sweep-command.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await newDataDir();
});
afterEach(() => rm(dataDir, { recursive: true }));

/** The files that the command wrote, except for the cache of file hashes. */
async function written(): Promise<string[]> {
  return (await readdir(dataDir)).filter((name) => name !== 'hash-cache.json');
}

describe('pnpm sweep', () => {
  it('starts nothing and exits with 2 if the definition is invalid', async () => {
    const { code, stdout, stderr } = await sweep('invalid.ts', dataDir, ['--json']);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('error sweep.invalid');
    expect(stderr).toContain(
      'variants[0].k: k is larger than the number of latents; expected at most the width, 64; received 100',
    );
    expect(stderr).not.toMatch(/^ +at /m);
    expect(await written()).toEqual([]);
  });

  it.each([
    [['--nonsense'], 'cli.usage'],
    [['--workers', '0'], 'cli.usage'],
    [['--data', ''], 'cli.usage'],
    [['--device', 'tpu'], 'kernels.device'],
    [['--device', 'cuda'], 'kernels.device-unavailable'],
  ])('exits with 2 on %j', async (flags, errorCode) => {
    const noGpu = { CUDA_VISIBLE_DEVICES: '-1' };
    const { code, stderr } = await sweep('tiny.ts', dataDir, flags, noGpu);
    expect(code).toBe(2);
    expect(stderr).toContain(`error ${errorCode}`);
    expect(await written()).toEqual([]);
  });

  it('exits with 2 if the experiment does not exist', async () => {
    const { code, stderr } = await sweep('not-there.ts', dataDir);
    expect(code).toBe(2);
    expect(stderr).toContain('error experiment.not-found');
  });

  it('reports a database that cannot be reached, without its password', async () => {
    const { code, stderr } = await sweep('tiny.ts', dataDir, [], {
      DATABASE_URL: 'postgres://someone:secret@127.0.0.1:9/none',
    });
    expect(code).toBe(1);
    expect(stderr).toContain('error db.unreachable');
    expect(stderr).not.toContain('secret');
    expect(await written()).toEqual([]);
  });

  it('shows a stack with SAE_LAB_DEBUG', async () => {
    const { stderr } = await sweep('invalid.ts', dataDir, [], { SAE_LAB_DEBUG: '1' });
    expect(stderr).toMatch(/^ +at /m);
  });
});
