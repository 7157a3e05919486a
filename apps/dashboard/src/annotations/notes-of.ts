import 'server-only';
import { describeValue, SaeLabError } from '@sae-lab/errors';

const LONGEST_NOTES = 20_000;

/** @throws {SaeLabError} `dashboard.invalid-notes` */
export function notesOf(value: unknown): string {
  if (typeof value === 'string' && value.length <= LONGEST_NOTES) return value.trim();
  throw new SaeLabError('dashboard.invalid-notes', {
    problem: 'are not notes',
    field: 'notes',
    expected: `text of at most ${LONGEST_NOTES} characters`,
    received: typeof value === 'string' ? `${value.length} characters` : describeValue(value),
  });
}
