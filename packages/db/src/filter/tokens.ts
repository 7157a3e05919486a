import { SaeLabError } from '@sae-lab/errors';
import { OPERATORS, type FilterProblem, type Parsed, type Span } from './expression.ts';

type TokenType = 'word' | 'quoted' | 'operator' | '(' | ')' | ',' | 'end';

export interface Token {
  readonly type: TokenType;
  /** Without quotes and escapes. */
  readonly text: string;
  readonly span: Span;
}

/** Characters of a word that needs no quotes: names of hooks, numbers, dates, hashes. */
const WORD = /[\p{L}\p{N}_./:+*#@%-]+/uy;
export const isPlainWord = (text: string): boolean => /^[\p{L}\p{N}_./:+*#@%-]+$/u.test(text);

/** The tokens of a filter, the last of which is `end`. */
export function tokensOf(text: string): Parsed<readonly Token[]> {
  const tokens: Token[] = [];
  let at = 0;
  const add = (type: TokenType, content: string, length: number): void => {
    tokens.push({ type, text: content, span: { start: at, end: at + length } });
    at += length;
  };
  while (at < text.length) {
    const character = text[at]!;
    if (/\s/u.test(character)) {
      at += 1;
      continue;
    }
    const operator = OPERATORS.find((candidate) => text.startsWith(candidate, at));
    if (operator !== undefined) {
      add('operator', operator, operator.length);
    } else if (character === '(' || character === ')' || character === ',') {
      add(character, character, 1);
    } else if (character === '"' || character === "'") {
      const quoted = readQuoted(text, at);
      if (quoted === undefined) {
        return {
          problem: problemAt({ start: at, end: text.length }, 'the quotes are not closed', {
            expected: `${character} at the end of the value`,
          }),
        };
      }
      add('quoted', quoted.content, quoted.length);
    } else {
      WORD.lastIndex = at;
      const word = WORD.exec(text)?.[0];
      if (word === undefined) {
        const symbol = String.fromCodePoint(text.codePointAt(at)!);
        return {
          problem: problemAt({ start: at, end: at + symbol.length }, 'this character needs quotes', {
            expected: 'a key, a comparison or a value',
            received: symbol,
          }),
        };
      }
      add('word', word, word.length);
    }
  }
  add('end', '', 0);
  return { value: tokens };
}

/** The content and the length of the quoted text that starts here. A backslash takes the next character as it is. */
function readQuoted(text: string, start: number): { content: string; length: number } | undefined {
  const quote = text[start]!;
  let content = '';
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === quote) return { content, length: at + 1 - start };
    if (text[at] === '\\') at += 1;
    content += text[at] ?? '';
  }
  return undefined;
}

/** @param span characters of the filter; errors count them from 1 */
export function problemAt(
  span: Span,
  problem: string,
  details: { expected?: string; received?: string; fix?: string } = {},
  code: 'filter.syntax' | 'filter.unknown-key' | 'filter.bad-value' = 'filter.syntax',
): FilterProblem {
  return {
    span,
    error: new SaeLabError(code, { problem, field: `filter, character ${span.start + 1}`, ...details }),
  };
}
