import type { Expression, Word } from './expression.ts';
import { RESERVED } from './parse.ts';
import { isPlainWord } from './tokens.ts';

/** A filter as text that {@link parseFilter} reads back as the same filter. */
export function printFilter(expression: Expression): string {
  switch (expression.type) {
    case 'and':
    case 'or':
      return expression.terms.map((term) => inside(term, expression.type)).join(` ${expression.type} `);
    case 'not':
      return `not ${inside(expression.term, 'not')}`;
    case 'compare':
      return `${printWord(expression.key)} ${expression.operator} ${printWord(expression.value)}`;
    case 'in':
      return `${printWord(expression.key)} in (${expression.values.map(printWord).join(', ')})`;
    case 'missing':
      return `${printWord(expression.key)} is missing`;
  }
}

/** Parentheses keep a term together that binds less tightly than its parent, or is of the same kind. */
function inside(term: Expression, parent: 'and' | 'or' | 'not'): string {
  const loose = term.type === 'or' || (term.type === 'and' && parent !== 'or');
  return loose ? `(${printFilter(term)})` : printFilter(term);
}

function printWord({ text, quoted }: Pick<Word, 'text' | 'quoted'>): string {
  return quoted || needsQuotes(text) ? quote(text) : text;
}

/** A value for a filter, in quotes only if it needs them. */
export function asValue(text: string): string {
  return needsQuotes(text) ? quote(text) : text;
}

function needsQuotes(text: string): boolean {
  return !isPlainWord(text) || (RESERVED as readonly string[]).includes(text.toLowerCase());
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
