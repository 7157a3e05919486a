import { expect, test } from 'vitest';
import { ChangeLog } from './change-log.ts';

test('a cursor tells what changed after it', () => {
  const log = new ChangeLog('a');
  const start = log.cursor;
  expect(log.since(start)).toEqual([]);
  log.add([7, 8]);
  const between = log.cursor;
  log.add([9, 7]);
  expect(log.since(start)).toEqual([8, 9, 7]);
  expect(log.since(between)).toEqual([9, 7]);
  expect(log.since(log.cursor)).toEqual([]);
});

test('a cursor of another process, from before a gap, or that is none, is unknown', () => {
  const log = new ChangeLog('a');
  log.add([1]);
  const before = log.cursor;
  log.forget();
  for (const cursor of [before, new ChangeLog('b').cursor, 'a.99', 'a.x', 'a', ''])
    expect(log.since(cursor)).toBeUndefined();
  expect(log.since(log.cursor)).toEqual([]);
});

test('a log that is full knows what it still has', () => {
  const log = new ChangeLog('a');
  const start = log.cursor;
  log.add([0]);
  const second = log.cursor;
  log.add(Array.from({ length: 10_000 }, (_, index) => index + 1));
  expect(log.since(start)).toBeUndefined();
  expect(log.since(second)).toHaveLength(10_000);
});
