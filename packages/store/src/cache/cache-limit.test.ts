import { expect, it } from 'vitest';
import { cacheLimit } from './cache-limit.ts';

it.each([
  ['50GB', 50e9],
  ['500 mb', 500e6],
  ['1.5TB', 1.5e12],
  ['0B', 0],
])('reads %s', (given, bytes) => expect(cacheLimit(given)).toBe(bytes));

it.each(['50', 'GB', '-1GB', '5 GiB', ''])('refuses %j', (given) => {
  expect(() => cacheLimit(given)).toThrow(expect.objectContaining({ code: 'cli.usage' }));
});
