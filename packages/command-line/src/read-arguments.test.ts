import { describe, expect, it } from 'vitest';
import { readArguments } from './read-arguments.ts';

const read = (...argv: string[]) =>
  readArguments(argv, { name: 'pnpm x', options: { data: 'text', port: 'text', json: 'flag' }, operands: 1 });

describe('readArguments', () => {
  it('gives texts as they are', () => {
    expect(read('--data', '007')).toEqual({ options: { data: '007' }, operands: [] });
    expect(read('--data=0x10', 'a.ts', '--json')).toEqual({
      options: { data: '0x10', json: true },
      operands: ['a.ts'],
    });
    expect(read('--data', '1e3')?.options.data).toBe('1e3');
    expect(read('--data', ' a, b/ ')?.options.data).toBe(' a, b/ ');
    expect(read('--data=-x')?.options.data).toBe('-x');
    expect(read('--', '--json')?.options.json).toBe(true);
    expect(read('--', '--json', '--', '--json')?.operands).toEqual(['--json']);
  });

  it.each([[['-h']], [['--nonsense', '--help']], [['--data', 'x', '--help']]])(
    'lets help win in %j',
    (argv) => {
      expect(read(...argv)).toBeUndefined();
    },
  );

  it.each([
    [['--data', ''], '--data', 'is empty'],
    [['--data='], '--data', 'is empty'],
    [['--data', 'a', '--data', 'b'], '--data', 'is given twice'],
    [['--data', 'a', '--data=a'], '--data', 'is given twice'],
    [['--json', '--json'], '--json', 'is given twice'],
    [['--data'], '--data', 'needs a value'],
    [['--data', '--json'], '--data', 'needs a value'],
    [['--json=false'], '--json', 'takes no value'],
    [['--no-json'], '--no-json', 'is not an option'],
    [['--toString', 'x'], '--toString', 'is not an option'],
    [['-x'], '-x', 'is not an option'],
    [['--dataDir', 'x'], '--dataDir', 'is not an option'],
    [['a.ts', 'b.ts'], '"b.ts"', 'one argument too many'],
    [[''], 'argument 1', 'is empty'],
  ])('refuses %j', (argv, field, problem) => {
    expect(() => read(...argv)).toThrow(
      expect.objectContaining({
        code: 'cli.usage',
        details: expect.objectContaining({ field, problem: expect.stringContaining(problem) }),
      }),
    );
  });
});
