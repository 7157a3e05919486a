import { expectedName } from '@sae-lab/errors';
import type { Expression, FilterProblem, Word } from './expression.ts';
import { findKey, RUN_STATUSES, type RunKey } from './keys.ts';
import { problemAt } from './tokens.ts';

/**
 * The first key of a filter that no run has, or the first value that its key cannot have.
 *
 * @param keys those that exist
 * @param what has the keys
 */
export function checkFilter(
  expression: Expression,
  keys: readonly RunKey[],
  what: 'run' | 'latent' = 'run',
): FilterProblem | undefined {
  switch (expression.type) {
    case 'and':
    case 'or':
      for (const term of expression.terms) {
        const problem = checkFilter(term, keys, what);
        if (problem) return problem;
      }
      return undefined;
    case 'not':
      return checkFilter(expression.term, keys, what);
    case 'missing':
      return checkKey(expression.key, keys, what);
    case 'in':
      return (
        checkKey(expression.key, keys, what) ??
        expression.values
          .map((value) => {
            const key = findKey(keys, expression.key.text)!;
            return rangeOf(key, value) ? undefined : checkValue(key, value);
          })
          .find((problem) => problem !== undefined)
      );
    case 'compare': {
      const unknown = checkKey(expression.key, keys, what);
      if (unknown) return unknown;
      const key = findKey(keys, expression.key.text)!;
      const contains = expression.operator.endsWith('~');
      if (!contains) return checkValue(key, expression.value);
      if (key.type !== 'number' && key.type !== 'time') return undefined;
      return problemAt(
        expression.key.span,
        `\`${key.key}\` is a ${key.type}, which contains no text`,
        { expected: '=, !=, <, <=, > or >=', received: expression.operator },
        'filter.bad-value',
      );
    }
  }
}

function checkKey(word: Word, keys: readonly RunKey[], what: string): FilterProblem | undefined {
  if (findKey(keys, word.text)) return undefined;
  const written = keys.flatMap(({ key }) => [key, ...(key.startsWith('hyper.') ? [key.slice(6)] : [])]);
  return problemAt(
    word.span,
    `no ${what} has this key`,
    { expected: expectedName(word.text, written), received: word.text },
    'filter.unknown-key',
  );
}

function checkValue({ key, type }: RunKey, { text, quoted, span }: Word): FilterProblem | undefined {
  const bad = (expected: string): FilterProblem =>
    problemAt(
      span,
      `\`${key}\` cannot have this value`,
      { expected, received: quoted ? `"${text}"` : text },
      'filter.bad-value',
    );
  if (type === 'number' && (quoted || !isNumber(text))) return bad('a number, e.g. 40 or 3e-4');
  if (type === 'time' && timeOf(text) === undefined) {
    return bad('a date or an instant, e.g. 2026-11-29 or "2026-11-29 14:00"');
  }
  if (type === 'status' && !(RUN_STATUSES as readonly string[]).includes(text)) {
    return bad(expectedName(text, RUN_STATUSES));
  }
  return undefined;
}

/** Whether a word without quotes is a number. */
export function isNumber(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text));
}

/** The ends of `3-12` in a list of numbers, both included. Of a setting, `3-12` is a text. */
export function rangeOf({ type }: RunKey, { text, quoted }: Word): readonly [number, number] | undefined {
  const match = type === 'number' && !quoted ? /^(\d+)-(\d+)$/.exec(text) : null;
  const [first, last] = [Number(match?.[1]), Number(match?.[2])];
  return match && first <= last && Number.isSafeInteger(last) ? [first, last] : undefined;
}

/** The milliseconds that a time of a filter spans: a day, a minute or a second, in this machine's time zone. */
export function timeOf(text: string): { from: Date; until: Date } | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?)?$/.exec(text);
  if (!match) return undefined;
  const [, day, minute, second] = match;
  const from = new Date(`${day}T${minute ?? '00:00'}${second ?? ''}`);
  if (Number.isNaN(from.getTime())) return undefined;
  const until = new Date(from);
  if (minute === undefined) until.setDate(until.getDate() + 1);
  else until.setSeconds(until.getSeconds() + (second === undefined ? 60 : 1));
  return { from, until };
}
