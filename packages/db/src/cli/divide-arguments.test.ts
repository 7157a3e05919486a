import { expect, test } from 'vitest';
import { divideArguments } from './divide-arguments.ts';

test.each<[string[], string[], string[]]>([
  [
    ['--data', 'a, b', '-c', 'select 1'],
    ['--data', 'a, b'],
    ['-c', 'select 1'],
  ],
  [['--', '--data=007'], ['--data=007'], []],
  [['-h', 'host', '--help'], ['--help'], ['-h', 'host']],
])('%j', (argv, own, rest) => {
  expect(divideArguments(argv)).toEqual({ own, rest });
});
