import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { psqlArguments } from './arguments.ts';

test.each<[string[], string, string[]]>([
  [['--data', 'a, b', '-c', 'select 1'], 'a, b', ['-c', 'select 1']],
  [['--', '--data=007'], '007', []],
])('%j', (argv, folder, rest) => {
  expect(psqlArguments(argv)).toEqual({ dataDir: resolve(folder), rest });
});

test.each([[['--data']], [['--data', '']], [['--data=']], [['--data', 'a', '--data', 'b']]])(
  '%j is a usage error',
  (argv) => {
    expect(() => psqlArguments(argv)).toThrow(
      expect.objectContaining({
        code: 'cli.usage',
        details: expect.objectContaining({ field: '--data' }) as object,
      }),
    );
  },
);
