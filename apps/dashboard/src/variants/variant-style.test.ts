import { expect, test } from 'vitest';
import { earlierVersionStyle, variantStyle } from './variant-style.ts';

test('known variants differ in colour and in shape', () => {
  const styles = ['relu-l1', 'topk', 'gated', 'batch-topk', 'jump-relu', 'matryoshka'].map((name) =>
    variantStyle(name),
  );
  expect(new Set(styles.map(({ color }) => color)).size).toBe(6);
  expect(new Set(styles.map(({ shape }) => shape)).size).toBe(6);
});

test('any other name has a style, even one that is an object’s member', () => {
  expect(variantStyle('mine')).toEqual(variantStyle('mine'));
  expect(variantStyle('constructor').color).toMatch(/^var\(--variant-/);
});

test('variants that the project does not ship differ from each other and from all others', () => {
  const names = ['a', 'g', 'm', 's', 'mine', 'yours'];
  const all = [...names, 'relu-l1', 'topk', 'gated', 'batch-topk', 'jump-relu', 'matryoshka'];
  const styles = all.map((name) => variantStyle(name, all));
  expect(new Set(styles.map(({ color }) => color)).size).toBe(12);
  expect(new Set(styles.map(({ shape }) => shape)).size).toBe(12);
  const many = Array.from({ length: 36 }, (_, index) => `variant ${index}`);
  const pairs = many.map((name) => JSON.stringify(variantStyle(name, many)));
  expect(new Set(pairs).size).toBe(36);
  // A newcomer that no other resembles changes nothing.
  expect(variantStyle('a', ['a'])).toEqual(variantStyle('a', ['a', 'topk']));
});

test('an earlier version of a variant looks like no variant and like no other earlier version', () => {
  const names = ['topk', 'mine', 'yours'];
  const versions = ['topk v1', 'topk v2', 'mine v1'];
  const styles = [
    ...names.map((name) => variantStyle(name, names)),
    ...versions.map((version) => earlierVersionStyle(version, versions, names)),
  ];
  expect(new Set(styles.map(({ color }) => color)).size).toBe(6);
  expect(new Set(styles.map(({ shape }) => shape)).size).toBe(6);
  const mine = JSON.stringify(variantStyle('mine', ['mine']));
  const each = Array.from({ length: 12 }, (_, index) => earlierVersionStyle(`topk v${index}`, [], ['mine']));
  expect(each.map((one) => JSON.stringify(one))).not.toContain(mine);
});
