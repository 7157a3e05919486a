import { z } from 'zod';

/** Why reading or parsing failed, in one line: the first issue of a schema with its path, or the error's own words. */
export function reasonOf(cause: unknown): string {
  if (cause instanceof z.ZodError) {
    const [issue] = cause.issues;
    if (issue === undefined) return 'it does not fit its schema';
    return issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`;
  }
  return cause instanceof Error ? cause.message : String(cause);
}
