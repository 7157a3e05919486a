import { expect, test } from 'vitest';
import { directionOf } from './direction.ts';
import { namedToken, shownToken } from './token-text.ts';

// cspell:ignore שלום עולם

test('what nobody would see has a stand-in, and nothing else', () => {
  const cases: [token: string, text: string][] = [
    [' dog', ' dog'],
    ['  ', '··'],
    ['\n\n', '↵↵'],
    ['a\tb', 'a⇥b'],
    ['', '∅'],
    ['\u202e', '⟨U+202E⟩'],
    ['\u200bx', '⟨U+200B⟩x'],
    ['\u00a0', '⟨U+00A0⟩'],
    ['\0', '⟨U+0000⟩'],
    ['👩‍🔬', '👩‍🔬'],
    ['<b>', '<b>'],
    ['שלום', 'שלום'],
  ];
  for (const [token, text] of cases) expect(shownToken(token).text).toBe(text);
  expect(cases.filter(([token]) => !shownToken(token).isStandIn).map(([token]) => token)).toEqual([
    ' dog',
    '👩‍🔬',
    '<b>',
    'שלום',
  ]);
  expect(namedToken(' dog')).toBe('·dog');
});

test('the direction is that of most letters', () => {
  expect(directionOf([' שלום', ' עולם', ' OK'])).toBe('rtl');
  expect(directionOf(['hello', ' שלום'])).toBe('ltr');
  expect(directionOf(['1', ' 2'])).toBe('ltr');
});
