import { expect, test } from 'vitest';
import { variantStyle } from './variant-style.ts';

test('known variants differ in colour and in shape', () => {
  const styles = ['relu-l1', 'topk', 'gated', 'batch-topk', 'jump-relu', 'matryoshka'].map(variantStyle);
  expect(new Set(styles.map(({ color }) => color)).size).toBe(6);
  expect(new Set(styles.map(({ shape }) => shape)).size).toBe(6);
});

test('any other name has a style, even one that is an object’s member', () => {
  expect(variantStyle('mine')).toEqual(variantStyle('mine'));
  expect(variantStyle('constructor').color).toMatch(/^var\(--variant-/);
});
