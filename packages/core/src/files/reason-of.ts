import { z } from 'zod';

/** One line on why reading or parsing failed: the first schema issue with its path, or the error's message. */
export function reasonOf(cause: unknown): string {
  if (cause instanceof z.ZodError) {
    const [issue] = cause.issues;
    if (issue === undefined) return 'it does not match its schema';
    return issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`;
  }
  return cause instanceof Error ? cause.message : String(cause);
}
