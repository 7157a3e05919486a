import type { Span } from './expression.ts';
import { RESERVED } from './parse.ts';
import { tokensOf, type Token } from './tokens.ts';

/** What may follow at a place in a filter that is being typed. */
export interface Completion {
  /** `value` completes the values of `key`. */
  readonly wants: 'key' | 'operator' | 'value' | 'connective';
  readonly key?: string;
  /** What is typed of it so far, without quotes. */
  readonly typed: string;
  /** What the completion replaces. */
  readonly span: Span;
}

/**
 * What a reader who types at the end of this text may want.
 *
 * @param text the filter up to the cursor
 * @example
 * completionAt('variant = to'); // { wants: 'value', key: 'variant', typed: 'to', … }
 */
export function completionAt(text: string): Completion {
  const open = unclosedQuotes(text);
  const tokens = tokensBefore(open === undefined ? text : text.slice(0, open));
  const last = tokens.at(-1);
  const isTyping = open === undefined && last?.span.end === text.length && isWord(last);
  const typed = open === undefined ? (isTyping ? last.text : '') : text.slice(open + 1);
  const start = open ?? (isTyping ? last.span.start : text.length);
  const before = isTyping ? tokens.slice(0, -1) : tokens;
  return { ...wantedAfter(before), typed, span: { start, end: text.length } };
}

function wantedAfter(tokens: readonly Token[]): Pick<Completion, 'wants' | 'key'> {
  const last = tokens.at(-1);
  if (last === undefined) return { wants: 'key' };
  const isWordOf = (token: Token | undefined, ...words: readonly string[]): boolean =>
    token?.type === 'word' && words.includes(token.text.toLowerCase());
  if (isWordOf(last, 'and', 'or')) return { wants: 'key' };
  if (last.type === 'operator') return valueOf(tokens.at(-2));
  const list = openList(tokens);
  if (list !== undefined)
    return last.type === '(' || last.type === ',' ? valueOf(list) : { wants: 'connective' };
  if (last.type === '(') return { wants: 'key' };
  if (isWordOf(last, 'not'))
    return isWordOf(tokens.at(-2), 'is') || isKeyBefore(tokens.at(-2))
      ? { wants: 'operator' }
      : { wants: 'key' };
  if (isWordOf(last, 'in', 'is')) return { wants: 'operator' };
  if (isWord(last) && tokens.at(-2)?.type !== 'operator' && !isWordOf(last, 'missing')) {
    return { wants: 'operator' };
  }
  return { wants: 'connective' };
}

/** The key of the list of values that is open at the end. */
function openList(tokens: readonly Token[]): Token | undefined {
  const opening = tokens.findLastIndex(({ type }) => type === '(');
  const closed = tokens.findLastIndex(({ type }) => type === ')') > opening;
  const word = tokens[opening - 1];
  if (opening < 0 || closed || word?.text.toLowerCase() !== 'in') return undefined;
  const key = tokens[opening - 2];
  return key?.text.toLowerCase() === 'not' ? tokens[opening - 3] : key;
}

function valueOf(key: Token | undefined): Pick<Completion, 'wants' | 'key'> {
  return { wants: 'value', ...(key !== undefined && isWord(key) && { key: key.text }) };
}

function isWord({ type }: Token): boolean {
  return type === 'word' || type === 'quoted';
}

function isKeyBefore(token: Token | undefined): boolean {
  return (
    token !== undefined &&
    isWord(token) &&
    !(RESERVED as readonly string[]).includes(token.text.toLowerCase())
  );
}

/** The tokens up to the first place that cannot be read. */
function tokensBefore(text: string): readonly Token[] {
  const read = tokensOf(text);
  if (read.problem === undefined) return read.value.slice(0, -1);
  return tokensBefore(text.slice(0, read.problem.span.start));
}

/** Where quotes start that do not end. */
function unclosedQuotes(text: string): number | undefined {
  const { problem } = { problem: undefined, ...tokensOf(text) };
  const isOpen = problem !== undefined && /["']/.test(text[problem.span.start]!);
  return isOpen ? problem.span.start : undefined;
}
