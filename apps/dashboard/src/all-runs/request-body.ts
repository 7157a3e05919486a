import 'server-only';
import { describeValue, SaeLabError } from '@sae-lab/errors';

/** Longest name of a view or a tag. */
const LONGEST_NAME = 300;
/** Runs that one request may change. */
const MOST_RUNS = 10_000;

/**
 * The JSON object that a request carries; an empty one if it carries something else.
 *
 * @public for routes that check it themselves
 */
export async function bodyOf(request: Request): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await request.json();
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/**
 * The ids of runs in a request, without what cannot be one.
 *
 * @public for routes that check them themselves
 */
export function runIdsOf(value: unknown): number[] {
  return (Array.isArray(value) ? value : [])
    .filter((id): id is number => Number.isInteger(id) && id > 0 && id < 2 ** 31)
    .slice(0, MOST_RUNS);
}

/** @throws {SaeLabError} `view.invalid` unless it is text that the database can store and a heading can show */
export function nameOf(value: unknown, field: string): string {
  const name = typeof value === 'string' ? value.trim() : '';
  if (name !== '' && name.length <= LONGEST_NAME && !name.includes('\0') && name.isWellFormed()) return name;
  throw new SaeLabError('view.invalid', {
    problem: 'is not a name',
    field,
    expected: `1 to ${LONGEST_NAME} characters`,
    received: describeValue(value),
  });
}
