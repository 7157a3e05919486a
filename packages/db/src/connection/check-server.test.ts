import { expect, test } from 'vitest';
import { checkServer } from './check-server.ts';

const usable = { version: 180_004, encoding: 'UTF8', database: 'lab', readOnly: false };

test('refuses servers before Postgres 14 and reports their version', () => {
  for (const [version, name] of [
    [90_624, 'Postgres 9'],
    [130_020, 'Postgres 13'],
  ] as const) {
    expect(() => checkServer({ ...usable, version }, 'read')).toThrow(
      expect.objectContaining({
        code: 'db.server-too-old',
        message: expect.stringContaining(name) as string,
      }),
    );
  }
  checkServer({ ...usable, version: 140_000 }, 'write');
});
