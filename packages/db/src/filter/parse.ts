import { nearest } from '@sae-lab/errors';
import type { Expression, FilterProblem, Operator, Parsed, Word } from './expression.ts';
import { problemAt, tokensOf, type Token } from './tokens.ts';

/** Deeper parentheses are refused, so that no filter exhausts the stack. */
const DEEPEST = 100;

/** Words that connect comparisons. A key or value of this name needs quotes. */
export const RESERVED = ['and', 'or', 'not', 'in', 'is'] as const;
type Reserved = (typeof RESERVED)[number];

/** Thrown inside the parser only: it unwinds the recursion. */
class Stop {
  readonly problem: FilterProblem;
  constructor(problem: FilterProblem) {
    this.problem = problem;
  }
}

/**
 * Reads a filter over runs. Whether its keys exist is checked where it is compiled.
 *
 * @returns undefined for a filter without text, which every run passes
 * @example
 * parseFilter('variant = topk and (l0 < 40 or hook ~ "mlp")');
 */
export function parseFilter(text: string): Parsed<Expression | undefined> {
  const tokens = tokensOf(text);
  if (tokens.problem !== undefined) return tokens;
  try {
    return { value: new Parser(tokens.value).filter() };
  } catch (error) {
    if (error instanceof Stop) return { problem: error.problem };
    throw error;
  }
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  filter(): Expression | undefined {
    if (this.#next.type === 'end') return undefined;
    const expression = this.#connected('or', () => this.#connected('and', () => this.#term()));
    this.#expect('end', '`and`, `or` or the end');
    return expression;
  }

  get #next(): Token {
    return this.#tokens[this.#at]!;
  }

  #is(word: Reserved, token = this.#next): boolean {
    return token.type === 'word' && token.text.toLowerCase() === word;
  }

  #skip(word: Reserved): boolean {
    if (!this.#is(word)) return false;
    this.#at += 1;
    return true;
  }

  #connected(type: 'and' | 'or', term: () => Expression): Expression {
    const terms = [term()];
    while (this.#skip(type)) terms.push(term());
    return terms.length === 1 ? terms[0]! : { type, terms };
  }

  #term(): Expression {
    this.#depth += 1;
    if (this.#depth > DEEPEST) this.#refuse('is nested too deeply', `at most ${DEEPEST} levels`);
    try {
      if (this.#skip('not')) return { type: 'not', term: this.#term() };
      if (this.#next.type !== '(') return this.#comparison();
      this.#at += 1;
      const inner = this.#connected('or', () => this.#connected('and', () => this.#term()));
      this.#expect(')', '`)`, `and` or `or`');
      return inner;
    } finally {
      this.#depth -= 1;
    }
  }

  #comparison(): Expression {
    const key = this.#word('a key, e.g. variant or l0');
    if (this.#skip('is')) {
      const negated = this.#skip('not');
      if (this.#next.text.toLowerCase() !== 'missing') this.#refuse('cannot follow `is`', '`missing`');
      this.#at += 1;
      const missing: Expression = { type: 'missing', key };
      return negated ? { type: 'not', term: missing } : missing;
    }
    const negated = this.#is('not') && this.#is('in', this.#tokens[this.#at + 1]);
    if (negated) this.#at += 1;
    if (this.#skip('in')) {
      const list: Expression = { type: 'in', key, values: this.#list() };
      return negated ? { type: 'not', term: list } : list;
    }
    if (this.#next.type !== 'operator') {
      this.#refuse('cannot follow a key', 'a comparison: =, !=, <, <=, >, >=, ~, !~, in or is missing');
    }
    const operator = this.#next.text as Operator;
    this.#at += 1;
    return { type: 'compare', key, operator, value: this.#word('a value') };
  }

  #list(): Word[] {
    this.#expect('(', '`(` and a list of values');
    const values = [this.#word('a value')];
    while (this.#next.type === ',') {
      this.#at += 1;
      values.push(this.#word('a value'));
    }
    this.#expect(')', '`,` or `)`');
    return values;
  }

  #word(expected: string): Word {
    const { type, text, span } = this.#next;
    if (type !== 'word' && type !== 'quoted') this.#refuse('is not expected here', expected);
    if (type === 'word' && RESERVED.some((word) => this.#is(word))) {
      this.#refuse('is a word of the language', `${expected}; put it in quotes to use it as one`);
    }
    this.#at += 1;
    return { text, quoted: type === 'quoted', span };
  }

  #expect(type: '(' | ')' | 'end', expected: string): void {
    if (this.#next.type !== type) this.#refuse('is not expected here', expected);
    if (type !== 'end') this.#at += 1;
  }

  #refuse(what: string, expected: string): never {
    const { type, text, span } = this.#next;
    const ended = type === 'end';
    const near = type === 'word' ? nearest(text, RESERVED, 1, 1)[0] : undefined;
    throw new Stop(
      problemAt(span, ended ? 'the filter ends too early' : `\`${text}\` ${what}`, {
        expected,
        ...(!ended && { received: text }),
        ...(near !== undefined && near !== text.toLowerCase() && { fix: `Did you mean \`${near}\`?` }),
      }),
    );
  }
}
