import { SaeLabError, describeValue, type ErrorCode } from '@sae-lab/errors';
import type { z } from 'zod';

/** @throws {SaeLabError} `code`, with all issues of the value in one line */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown, field: string, code: ErrorCode): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new SaeLabError(code, {
    problem: result.error.issues
      .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
      .join('; '),
    field,
    received: describeValue(value),
    fix: 'Correct these fields.',
  });
}
