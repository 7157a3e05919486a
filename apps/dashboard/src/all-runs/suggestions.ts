import {
  asValue,
  completionAt,
  OPERATORS,
  RUN_STATUSES,
  type Completion,
  type RunKey,
} from '@sae-lab/db/filter';
import { columnOf } from './table-columns.ts';

/** What the filter bar offers. */
export interface Suggestion {
  /** Replaces what is typed. */
  readonly insert: string;
  /** What it is, where its name does not say so. */
  readonly label?: string;
}

const MOST = 12;

/** Suggestions that need no data: keys, comparisons, statuses and connectives. */
export function localSuggestions(
  completion: Completion,
  keys: readonly RunKey[],
  before: string,
): Suggestion[] {
  const { wants, typed } = completion;
  switch (wants) {
    case 'key':
      return rank(
        keys.map((key) => ({ insert: asKey(key, keys), label: columnOf(key).label })),
        typed,
      );
    case 'operator': {
      // A word directly before is a keyword that began a longer comparison.
      if (/\bis\s+(not\s+)?\S*$/i.test(before))
        return rank([{ insert: 'missing' }, { insert: 'not missing' }], typed);
      if (/\bin\s*$/i.test(before)) return [{ insert: '(' }];
      return typed === ''
        ? [...OPERATORS, 'in (', 'is missing'].map((operator) => ({ insert: operator }))
        : rank([{ insert: 'in (' }, { insert: 'is missing' }, { insert: 'not in (' }], typed);
    }
    case 'value':
      return completion.key === 'status'
        ? rank(
            RUN_STATUSES.map((status) => ({ insert: status })),
            typed,
          )
        : [];
    case 'connective':
      return typed === '' ? [{ insert: 'and' }, { insert: 'or' }] : [];
  }
}

/** The values that runs have under the key, from the server. */
export async function valueSuggestions(
  { key, typed }: Completion,
  signal: AbortSignal,
): Promise<Suggestion[]> {
  if (key === undefined || key === 'status') return [];
  try {
    const search = new URLSearchParams({ key, typed });
    const answer = await fetch(`/api/runs/values?${search}`, { signal });
    const values: unknown = await answer.json();
    return Array.isArray(values) ? values.map((value) => ({ insert: asValue(String(value)) })) : [];
  } catch {
    // Completion is a help: without it, the reader types the value.
    return [];
  }
}

/** The filter with a suggestion in it, and the place of the cursor after it. */
export function withSuggestion(
  text: string,
  cursor: number,
  { insert }: Suggestion,
): { text: string; cursor: number } {
  const { span } = completionAt(text.slice(0, cursor));
  const start = `${text.slice(0, span.start)}${insert}${insert.endsWith('(') ? '' : ' '}`;
  return { text: start + text.slice(cursor).trimStart(), cursor: start.length };
}

/** A hyperparameter without `hyper.`, unless another key has its name. */
function asKey({ key }: RunKey, keys: readonly RunKey[]): string {
  const short = key.replace(/^hyper\./, '');
  return asValue(keys.some((other) => other.key === short) ? key : short);
}

/** Those that contain what is typed; those that start with it first. */
function rank(suggestions: readonly Suggestion[], typed: string): Suggestion[] {
  const wanted = typed.toLowerCase();
  const place = ({ insert, label = '' }: Suggestion): number => {
    if (insert.toLowerCase().startsWith(wanted)) return 0;
    return `${insert} ${label}`.toLowerCase().includes(wanted) ? 1 : 2;
  };
  return suggestions
    .filter((suggestion) => place(suggestion) < 2)
    .toSorted((a, b) => place(a) - place(b))
    .slice(0, MOST);
}
