import { describe, expect, it } from 'vitest';
import { freeBytes, requireSpace } from './free-space.ts';
import { errorOf, temporaryFolder } from '../test-support.ts';

describe('free space', () => {
  it('is the number that the file system reports', async () => {
    expect(await freeBytes(`${temporaryFolder()}/made/on/the/way`)).toBeGreaterThan(0);
  });

  it('is compared with the required space, and the error names both', async () => {
    const folder = temporaryFolder();
    await requireSpace(5, folder);
    const error = await errorOf(() => requireSpace(1e18, folder));
    expect(error.code).toBe('activations.no-space');
    expect(error.details).toMatchObject({
      field: folder,
      expected: 'about 1000000000000.0 MB free',
      received: expect.stringMatching(/^\d+\.\d MB free$/) as string,
    });
  });
});
