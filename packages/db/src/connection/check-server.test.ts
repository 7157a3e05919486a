import { expect, test } from 'vitest';
import { checkServer } from './check-server.ts';

const usable = { version: 180_004, encoding: 'UTF8', database: 'lab', readOnly: false };

test('refuses an old server and reports its version', () => {
  expect(() => checkServer({ ...usable, version: 90_624 }, 'read')).toThrow(
    expect.objectContaining({
      code: 'db.server-too-old',
      message: expect.stringContaining('Postgres 9') as string,
    }),
  );
  checkServer({ ...usable, version: 130_000 }, 'write');
});
