import { FIGURES } from '@sae-lab/measures';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CompareRow } from '../compare-row.ts';
import { figureAxis, settingAxis } from './axis.ts';
import { brushAt, brushText, isWithin, readBrushes, withBrush, writeBrushes } from './brush.ts';

const row = (l0: number | undefined, k?: string) =>
  ({
    figures: l0 === undefined ? {} : { l0 },
    settings: k === undefined ? {} : { k },
  }) as unknown as CompareRow;
const L0 = { ...FIGURES.l0, key: 'l0' };
const K = { key: 'k', label: 'k' };

test('a brush leaves the runs between its ends, and drops those without the value', () => {
  const rows = [4, 8, 32, 256, undefined].map((l0) => row(l0));
  const axis = figureAxis(rows, L0);
  const brush = { key: 'l0', from: 8, to: 32 };
  expect(rows.map((one) => isWithin(axis, brush, one))).toEqual([false, true, true, false, false]);
  expect(brushText(axis, brush)).toBe('L0 from 8.0 to 32.0');
  // A figure of five decades has a log axis: the middle of 4 and 256 is 32.
  expect(axis.valueAt(0.5)).toBe(32);
  expect(brushAt(axis, 1, 0)).toEqual({ key: 'l0', from: 4, to: 256 });
  const complete = figureAxis(rows.slice(0, 4), L0);
  expect(brushAt(complete, 0, 1)).toBeUndefined();
});

test('an axis of texts has a place for each, one of numbers is in their order', () => {
  const texts = settingAxis([row(1, 'fast'), row(1, 'slow'), row(1, 'none'), row(1)], K);
  expect(['fast', 'slow', 'none'].map((text) => texts.at(text))).toEqual([0, 0.5, 1]);
  expect(texts.valueAt(0.6)).toBe('slow');
  expect(texts.hasMissing).toBe(true);
  expect(isWithin(texts, { key: 'k', from: 'slow', to: 'none' }, row(1, 'fast'))).toBe(false);
  // A link may name a value that these runs do not have.
  expect(isWithin(texts, { key: 'k', from: 'slow', to: 'gone' }, row(1, 'fast'))).toBe(true);
  const numbers = settingAxis([row(1, '16'), row(1, '4'), row(1, '9')], K);
  expect(numbers.at(4)).toBe(0);
  expect(numbers.at(16)).toBe(1);
  expect(settingAxis([row(1, 'only')], K).at('only')).toBe(0.5);
});

test('every value of an axis is within a brush between its own places', () => {
  // Far from 0, digits are few for a short axis.
  const value = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 2, maxLength: 9 }),
      fc.constantFrom(0, 1e6),
      (spread, offset) => {
        const values = spread.map((one) => one + offset);
        const rows = values.map((l0) => row(l0));
        const axis = figureAxis(rows, L0);
        const lost = rows.filter((one) => {
          const place = axis.at(one.figures['l0']!)!;
          const brush = brushAt(axis, place, place);
          return brush !== undefined && !isWithin(axis, brush, one);
        });
        expect(lost).toEqual([]);
      },
    ),
  );
});

test('brushes survive the address, and anything else is refused', () => {
  const brushes = [
    { key: 'l0', from: 4, to: 32.5 },
    { key: 'hook', from: 'a “b”', to: 'ü, c' },
  ];
  expect(readBrushes(writeBrushes(brushes))).toEqual(brushes);
  expect(withBrush(brushes, 'l0', undefined)).toEqual([brushes[1]]);
  for (const wrong of [
    '',
    'null',
    '3',
    '{}',
    '[["l0",4]]',
    '[["l0",4,null]]',
    '[[1,2,3]]',
    '[["l0",4,1e999]]',
  ])
    expect(readBrushes(wrong)).toBeNull();
});
