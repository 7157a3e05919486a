import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadExperiment } from './load-experiment.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sae-lab-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function loadText(name: string, text: string): Promise<unknown> {
  await writeFile(join(folder, name), text);
  return loadExperiment(join(folder, name));
}

describe('loadExperiment', () => {
  it('refuses a file that is not there, and a folder', async () => {
    await expect(loadExperiment(join(folder, 'none.ts'))).rejects.toMatchObject({
      code: 'experiment.not-found',
    });
    await expect(loadExperiment(folder)).rejects.toMatchObject({ code: 'experiment.not-found' });
  });

  it('refuses a file without a sweep, and says what it exports', async () => {
    await expect(loadText('empty.ts', 'export const x: number = 1;')).rejects.toMatchObject({
      code: 'experiment.no-sweep',
      details: { received: 'no default export' },
    });
    await expect(loadText('plain.ts', 'export default { name: "x" };')).rejects.toMatchObject({
      code: 'experiment.no-sweep',
      details: { received: 'default export {"name":"x"}' },
    });
  });

  it('shows why a file cannot be imported', async () => {
    await expect(loadText('throws.ts', 'throw new TypeError("no good");')).rejects.toMatchObject({
      code: 'experiment.import-failed',
      message: expect.stringContaining('TypeError: no good'),
    });
    await expect(loadText('missing.ts', 'import "./not-there.ts";')).rejects.toMatchObject({
      code: 'experiment.import-failed',
      message: expect.stringContaining('not-there.ts'),
    });
  });
});
