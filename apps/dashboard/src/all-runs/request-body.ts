import 'server-only';
import { describeValue, SaeLabError } from '@sae-lab/errors';

/** Longest name of a view or a tag. */
const LONGEST_NAME = 300;
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
