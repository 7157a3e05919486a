import { expect, it } from 'vitest';
import { visibleLines, visibleText } from './visible-text.ts';

it('escapes what a terminal would act on, hide or reorder', () => {
  expect(visibleText('a\nb\r\t\u001b[2J\u009b1m\u0000')).toBe('a\\nb\\r\\t\\u001b[2J\\u009b1m\\u0000');
  expect(visibleText('\u202eabc\u200b\ud800')).toBe('\\u202eabc\\u200b\\ud800');
  expect(visibleText('l1=0.5 − ‖x̂‖ 🙂')).toBe('l1=0.5 − ‖x̂‖ 🙂');
});

it('keeps the line breaks of a stack trace', () => {
  expect(visibleLines('Error\n\tat \u001b[31mx')).toBe('Error\n\tat \\u001b[31mx');
});
