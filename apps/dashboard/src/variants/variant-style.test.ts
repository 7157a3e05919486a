import { expect, test } from 'vitest';
import { variantStyle } from './variant-style.ts';

test('the variants that are known differ in colour and in shape', () => {
  const styles = ['relu-l1', 'topk', 'gated', 'batch-topk', 'jump-relu', 'matryoshka'].map(variantStyle);
  expect(new Set(styles.map(({ color }) => color)).size).toBe(6);
  expect(new Set(styles.map(({ shape }) => shape)).size).toBe(6);
});

test('any other has one of its own, also where its name is one of an object’s members', () => {
  expect(variantStyle('mine')).toEqual(variantStyle('mine'));
  expect(variantStyle('constructor').color).toMatch(/^var\(--variant-/);
});
