import { expect, test } from 'vitest';
import { LINE_STYLES, styleAt } from './mark-style.ts';

const styles = (count: number) => Array.from({ length: count }, (_, index) => styleAt(index));
const distinct = (texts: readonly string[]) => new Set(texts).size;

test('the first 48 lines differ in colour or dash, and the first 144 marks in colour or shape', () => {
  expect(LINE_STYLES).toBe(48);
  expect(distinct(styles(48).map(({ color, dash }) => color + dash))).toBe(48);
  expect(distinct(styles(144).map(({ color, shape }) => color + shape))).toBe(144);
});

test('lines are solid in colours that any reader tells apart, and dashed in the others', () => {
  expect(styles(12).map(({ dash }) => dash === '')).toEqual([
    ...Array(6).fill(true),
    ...Array(6).fill(false),
  ]);
});
