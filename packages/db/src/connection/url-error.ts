import { SaeLabError } from '@sae-lab/errors';

export const DATABASE_URL = 'DATABASE_URL';

/** @param field the invalid part, e.g. `DATABASE_URL, port` */
export function badUrl(received: string, expected?: string, field = DATABASE_URL): SaeLabError {
  return new SaeLabError('db.bad-url', {
    problem: 'this is not a Postgres URL',
    field,
    expected:
      expected ?? 'postgres://user:password@host:5432/database, with special characters percent-encoded',
    received,
    fix: 'Correct DATABASE_URL, or unset it to use the embedded database.',
  });
}
