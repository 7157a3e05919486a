import { describe, expect, it } from 'vitest';
import { freeBytes, requireSpace } from './free-space.ts';
import { errorOf, temporaryFolder } from '../test-support.ts';

describe('free space', () => {
  it('is the number that the file system reports', async () => {
    expect(await freeBytes(`${temporaryFolder()}/made/on/the/way`)).toBeGreaterThan(0);
  });

  it('is compared with the required space, and the error names both', async () => {
    requireSpace(5, 5, '/data');
    const error = await errorOf(() => requireSpace(12_340_000, 5_000_000, '/data'));
    expect(error.code).toBe('activations.no-space');
    expect(error.details).toMatchObject({
      field: '/data',
      expected: 'about 12.3 MB free',
      received: '5.0 MB free',
    });
  });
});
