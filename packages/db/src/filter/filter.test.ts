import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { completionAt } from './complete.ts';
import { OPERATORS, type Expression, type Word } from './expression.ts';
import { parseFilter } from './parse.ts';
import { asValue, printFilter } from './print.ts';

const span = expect.anything();
const word = (text: string, quoted = false) => ({ text, quoted, span });
const parsed = (text: string): Expression | undefined => {
  const result = parseFilter(text);
  if (result.problem) throw result.problem.error;
  return result.value;
};

test('reads comparisons, connectives and parentheses', () => {
  expect(parsed('variant = topk and (l0 < 40 or hook ~ "mlp")')).toEqual({
    type: 'and',
    terms: [
      { type: 'compare', key: word('variant'), operator: '=', value: word('topk') },
      {
        type: 'or',
        terms: [
          { type: 'compare', key: word('l0'), operator: '<', value: word('40') },
          { type: 'compare', key: word('hook'), operator: '~', value: word('mlp', true) },
        ],
      },
    ],
  });
  expect(parsed('NOT seed in (1, 2) and k not in (3)')).toEqual({
    type: 'and',
    terms: [
      { type: 'not', term: { type: 'in', key: word('seed'), values: [word('1'), word('2')] } },
      { type: 'not', term: { type: 'in', key: word('k'), values: [word('3')] } },
    ],
  });
  expect(parsed('l0 is not missing')).toEqual({ type: 'not', term: { type: 'missing', key: word('l0') } });
  expect(parsed("name = 'it\\'s'")).toMatchObject({ value: { text: "it's", quoted: true } });
  expect(parsed(' \n')).toBeUndefined();
});

test.each([
  ['l0 <', 5, 'the filter ends too early'],
  ['l0 40', 4, 'cannot follow a key'],
  ['l0 < 40 adn seed = 1', 9, 'Did you mean `and`?'],
  ['(l0 < 40', 9, 'the filter ends too early'],
  ['l0 < 40)', 8, 'expected `and`, `or` or the end'],
  ['hook = "mlp', 8, 'the quotes are not closed'],
  ['hook = ; drop', 8, 'needs quotes'],
  ['k in 3', 6, '`(` and a list of values'],
  ['and = 3', 1, 'a word of the language'],
  ['l0 is 3', 7, '`missing`'],
  [`${'('.repeat(200)}l0 = 1`, 101, 'nested too deeply'],
])('%s: says what is wrong at character %i', (text, character, message) => {
  const { problem } = { problem: undefined, ...parseFilter(text) };
  expect(problem?.error.code).toBe('filter.syntax');
  expect(problem?.error.details.field).toBe(`filter, character ${character}`);
  expect(problem?.error.message).toContain(message);
  expect(problem?.span.start).toBe(character - 1);
});

const anyWord: fc.Arbitrary<Word> = fc.record({
  text: fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('and', 'Or', '12.5', 'a"b', "it's", 'c\\', '\u202eabc', '40'),
  ),
  quoted: fc.boolean(),
  span: fc.constant({ start: 0, end: 0 }),
});

const { expression: anyExpression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.record({
      type: fc.constant('compare' as const),
      key: anyWord,
      operator: fc.constantFrom(...OPERATORS),
      value: anyWord,
    }),
    fc.record({
      type: fc.constant('in' as const),
      key: anyWord,
      values: fc.array(anyWord, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ type: fc.constant('missing' as const), key: anyWord }),
    fc.record({ type: fc.constant('not' as const), term: tie('expression') }),
    fc.record({
      type: fc.constantFrom('and' as const, 'or' as const),
      terms: fc.array(tie('expression'), { minLength: 2, maxLength: 3 }),
    }),
  ),
}));

/** Without places, and with the quotes that words need. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, field: unknown) => {
      if (key === 'span') return undefined;
      if (key === 'quoted') return true;
      return field;
    }),
  );

test('what is printed is read back as the same filter', () => {
  fc.assert(
    fc.property(anyExpression, (expression) => {
      const printed = printFilter(expression);
      expect(plain(parsed(printed))).toEqual(plain(expression));
      expect(printFilter(parsed(printed)!)).toBe(printed);
    }),
  );
});

test('any text is read or refused with a place inside it', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc
      .array(fc.constantFrom('(', ')', ',', '"', 'and', 'not', 'in', 'l0', '<', ' ', '='))
      .map((parts) => parts.join(' ')),
  );
  fc.assert(
    fc.property(text, (given) => {
      const { problem } = { problem: undefined, ...parseFilter(given) };
      if (!problem) return;
      expect(problem.span.start).toBeGreaterThanOrEqual(0);
      expect(problem.span.end).toBeLessThanOrEqual(given.length);
      completionAt(given);
    }),
  );
});

test('any value can be written as one word', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(parsed(`name = ${asValue(text)}`)).toMatchObject({ value: { text } });
    }),
  );
});

test.each([
  ['', { wants: 'key', typed: '' }],
  ['va', { wants: 'key', typed: 'va' }],
  ['variant ', { wants: 'operator', typed: '' }],
  ['variant = ', { wants: 'value', key: 'variant', typed: '' }],
  ['variant = to', { wants: 'value', key: 'variant', typed: 'to', span: { start: 10, end: 12 } }],
  ['variant = "to', { wants: 'value', key: 'variant', typed: 'to', span: { start: 10, end: 13 } }],
  ['variant = topk ', { wants: 'connective', typed: '' }],
  ['variant = topk and ', { wants: 'key', typed: '' }],
  ['variant in (topk, ', { wants: 'value', key: 'variant', typed: '' }],
  ['variant not in (', { wants: 'value', key: 'variant', typed: '' }],
  ['not (', { wants: 'key', typed: '' }],
  ['l0 is missing ', { wants: 'connective' }],
])('%j wants %o', (text, expected) => {
  expect(completionAt(text)).toMatchObject(expected);
});
