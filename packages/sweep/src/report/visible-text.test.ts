import { expect, it } from 'vitest';
import { namesOf, shortened, visibleLines, visibleText } from './visible-text.ts';

it('escapes characters that a terminal would act on, hide or reorder', () => {
  expect(visibleText('a\nb\r\t\u001b[2J\u009b1m\u0000')).toBe('a\\nb\\r\\t\\u001b[2J\\u009b1m\\u0000');
  expect(visibleText('\u202eabc\u200b\ud800')).toBe('\\u202eabc\\u200b\\ud800');
  expect(visibleText('l1=0.5 − ‖x̂‖ 🙂')).toBe('l1=0.5 − ‖x̂‖ 🙂');
});

it('keeps the line breaks of a stack trace', () => {
  expect(visibleLines('Error\n\tat \u001b[31mx')).toBe('Error\n\tat \\u001b[31mx');
});

it('cuts in the middle, but never inside a character', () => {
  expect(shortened('abcdefgh', 5)).toBe('ab…gh');
  expect(shortened('abcde', 5)).toBe('abcde');
  expect(shortened('🙂🙂🙂🙂', 3)).toBe('🙂…🙂');
});

it('keeps names distinct that differ in the middle', () => {
  const names = ['1', '2'].map((middle) => 'a'.repeat(50) + middle + 'a'.repeat(50));
  const [first, second] = names.map(namesOf(names, 20));
  expect(first).not.toBe(second);
  expect(namesOf([names[0]!], 20)(names[0]!)).toHaveLength(20);
  expect(namesOf(['a\n'], 20)('a\n')).toBe('a\\n');
});
