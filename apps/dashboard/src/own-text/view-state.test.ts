import { expect, test } from 'vitest';
import { fitsAddress } from './view-state.ts';

test.each([
  ['letters', 'a'.repeat(2000), true],
  ['more letters', 'a'.repeat(2001), false],
  ['Chinese', '中'.repeat(333), true],
  ['more Chinese', '中'.repeat(334), false],
  ['half a character', '\ud83d', true],
])('whether an address takes %s', (_, text, fits) => {
  expect(fitsAddress(text)).toBe(fits);
});
