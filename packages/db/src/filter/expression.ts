import type { SaeLabError } from '@sae-lab/errors';

/** How a filter compares a key with a value. `~` is "contains", whatever the case of the letters. */
export const OPERATORS = ['!=', '!~', '<=', '>=', '=', '~', '<', '>'] as const;
export type Operator = (typeof OPERATORS)[number];

/** A place in the text of a filter: characters `start` to `end`, the latter excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A word of a filter. One in quotes is never read as a number, a time or `missing`. */
export interface Word {
  readonly text: string;
  readonly quoted: boolean;
  readonly span: Span;
}

export type Expression =
  | { readonly type: 'and' | 'or'; readonly terms: readonly Expression[] }
  | { readonly type: 'not'; readonly term: Expression }
  | { readonly type: 'compare'; readonly key: Word; readonly operator: Operator; readonly value: Word }
  | { readonly type: 'in'; readonly key: Word; readonly values: readonly Word[] }
  | { readonly type: 'missing'; readonly key: Word };

/** What is wrong with a filter, and where. */
export interface FilterProblem {
  readonly span: Span;
  readonly error: SaeLabError;
}

export type Parsed<T> = { readonly value: T; readonly problem?: never } | { readonly problem: FilterProblem };
