import 'server-only';
import { createHash } from 'node:crypto';
import { SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';

/**
 * A place in a list as opaque text. It carries a digest of the request that it belongs to, so that it cannot continue
 * another one.
 */
export function writeCursor(place: unknown, request: readonly unknown[]): string {
  return Buffer.from(JSON.stringify([digestOf(request), place])).toString('base64url');
}

/**
 * @param cursor undefined for the first page
 * @throws {SaeLabError} `api.invalid-cursor`
 */
export function readCursor<Schema extends z.ZodType>(
  cursor: string | undefined,
  schema: Schema,
  request: readonly unknown[],
): z.infer<Schema> | undefined {
  if (cursor === undefined) return undefined;
  const { data } = z.tuple([z.string(), schema]).safeParse(decoded(cursor));
  if (data !== undefined && data[0] === digestOf(request)) return data[1] as z.infer<Schema>;
  throw new SaeLabError('api.invalid-cursor', {
    problem: data === undefined ? 'cannot be read' : 'belongs to a request with other parameters',
    field: 'cursor',
    expected: '`next` of the page before, with its filter and order',
    fix: 'Start without a cursor.',
  });
}

function decoded(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

function digestOf(request: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64url').slice(0, 8);
}
