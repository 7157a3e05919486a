import { describe, expect, it } from 'vitest';
import { wordsInUse } from './template.ts';
import { identifierOf, requireName } from './variant-name.ts';

describe('the name of a variant', () => {
  it.each([
    ['topk', 'topk'],
    ['relu-l1', 'reluL1'],
    ['top-2-of-3', 'top2Of3'],
  ])('%s is imported as %s', (name, identifier) => {
    expect(() => requireName(name, wordsInUse())).not.toThrow();
    expect(identifierOf(name)).toBe(identifier);
  });

  it.each([
    '',
    'TopK',
    'top_k',
    '-topk',
    'topk-',
    'top--k',
    '2-norm',
    '../topk',
    'top k',
    'é',
    'a'.repeat(51),
  ])('%j is not kebab case', (name) => {
    expect(() => requireName(name, wordsInUse())).toThrow(
      expect.objectContaining({ code: 'new-variant.bad-name' }),
    );
  });

  it.each([
    ['default', 'a keyword'],
    ['static', 'a keyword in strict code'],
    ['await', 'a keyword in modules'],
    ['global-this', 'a global'],
    ['undefined', 'a global'],
    ['tf', 'imported by the variant'],
    ['variant', 'declared by the test'],
    ['fitted-params', 'imported by the variant'],
  ])('%s is reserved: %s', (name) => {
    expect(() => requireName(name, wordsInUse())).toThrow(
      expect.objectContaining({ code: 'new-variant.reserved-name' }),
    );
  });

  it('may be a word used in comments only', () => {
    expect(wordsInUse()).not.toContain('penalty');
    expect(wordsInUse()).not.toContain('monosemantic');
    expect(() => requireName('mathematics', wordsInUse())).not.toThrow();
  });
});
