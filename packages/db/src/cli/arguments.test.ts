import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { databaseArguments } from './arguments.ts';

test.each<[string[], string, string[]]>([
  [['--data', 'a, b', '-c', 'select 1'], 'a, b', ['-c', 'select 1']],
  [['--', '--data=007'], '007', []],
])('%j', (argv, folder, rest) => {
  expect(databaseArguments(argv)).toEqual({ dataDir: resolve(folder), rest });
});

test.each([[['--data']], [['--data', '']], [['--data=']], [['--data', 'a', '--data', 'b']]])(
  '%j is a usage error',
  (argv) => {
    expect(() => databaseArguments(argv)).toThrow(
      expect.objectContaining({
        code: 'db.bad-argument',
        details: expect.objectContaining({ field: '--data' }) as object,
      }),
    );
  },
);
