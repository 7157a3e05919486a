import { completionAt, type RunKey } from '@sae-lab/db/filter';
import { expect, test } from 'vitest';
import { localSuggestions, withSuggestion } from './suggestions.ts';

const KEYS: readonly RunKey[] = [
  { key: 'variant', kind: 'field', type: 'text' },
  { key: 'status', kind: 'field', type: 'status' },
  { key: 'l0', kind: 'figure', type: 'number' },
  { key: 'explained_variance', kind: 'figure', type: 'number' },
  { key: 'hyper.k', kind: 'setting', type: 'setting' },
  { key: 'hyper.l0', kind: 'setting', type: 'setting' },
];
const offered = (text: string): string[] =>
  localSuggestions(completionAt(text), KEYS, text).map(({ insert }) => insert);

test('keys are found by name or label; a hyperparameter is short unless its name is taken', () => {
  expect(offered('')).toEqual(['variant', 'status', 'l0', 'explained_variance', 'k', 'hyper.l0']);
  expect(offered('var')).toEqual(['variant', 'explained_variance']);
  expect(offered('Expl')).toEqual(['explained_variance']);
});

test('what follows depends on what is before', () => {
  expect(offered('status = f')).toEqual(['finished', 'failed']);
  expect(offered('l0 ')).toContain('<=');
  expect(offered('l0 is ')).toEqual(['missing', 'not missing']);
  expect(offered('l0 is not ')).toContain('missing');
  expect(offered('status in ')).toEqual(['(']);
  expect(offered('status in (fin')).toEqual(['finished']);
  expect(offered('l0 < 4 ')).toEqual(['and', 'or']);
  expect(offered('variant = to')).toEqual([]);
});

test('a suggestion replaces what is typed, and leaves the rest of the filter', () => {
  const text = 'var = topk and l0 < 4';
  expect(withSuggestion(text, 3, { insert: 'variant' })).toEqual({
    text: 'variant = topk and l0 < 4',
    cursor: 8,
  });
  expect(withSuggestion('k in ', 5, { insert: '(' }).text).toBe('k in (');
});
