import { expect, it } from 'vitest';
import { namesOf, shortened } from './shorten.ts';

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
