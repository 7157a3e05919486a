import 'server-only';
import { describeValue, SaeLabError } from '@sae-lab/errors';

/** Characters of each kind of text. */
const LONGEST = { label: 300, note: 20_000, author: 100 };

export interface WrittenNote {
  readonly kind: 'label' | 'note';
  readonly text: string;
  readonly author: string;
}

/** @throws {SaeLabError} `dashboard.invalid-notes` unless it is a label or a note with text */
export function noteOf({ kind, text, author = '' }: Record<string, unknown>): WrittenNote {
  if (kind !== 'label' && kind !== 'note') {
    throw new SaeLabError('dashboard.invalid-notes', {
      problem: 'is not a kind of note',
      field: 'kind',
      expected: 'label or note',
      received: describeValue(kind),
    });
  }
  return {
    kind,
    text: textOf(text, 'text', 1, LONGEST[kind]),
    author: textOf(author, 'author', 0, LONGEST.author),
  };
}

function textOf(value: unknown, field: string, least: number, most: number): string {
  const text = typeof value === 'string' ? value.trim() : undefined;
  if (text !== undefined && text.length >= least && text.length <= most) return text;
  throw new SaeLabError('dashboard.invalid-notes', {
    problem: 'cannot be stored',
    field,
    expected: `text of ${least} to ${most} characters`,
    received: text === undefined ? describeValue(value) : `${text.length} characters`,
  });
}
