import { describe, expect, it } from 'vitest';
import { defineCommand } from './command.ts';
import { flag, option, text } from './options.ts';
import { readArguments } from './read-arguments.ts';

const command = defineCommand({
  name: 'pnpm x',
  summary: 'For tests.',
  options: {
    data: option({ value: 'folder', meaning: 'A text.', parse: text }),
    dryRun: flag('A flag.'),
    json: flag('A flag.'),
    port: option({ value: 'n', meaning: 'A text with a default.', default: '80', parse: text }),
  },
  operands: [{ name: 'file', meaning: 'A file.', default: 'none' }],
  examples: [],
});
const read = (...argv: string[]) => readArguments(argv, command);
const absent = { data: undefined, dryRun: false, json: false, port: '80' };

describe('readArguments', () => {
  it('returns texts as they are', () => {
    expect(read('--data', '007')).toEqual({ options: { ...absent, data: '007' }, operands: [] });
    expect(read('--data=0x10', 'a.ts', '--json')).toEqual({
      options: { ...absent, data: '0x10', json: true },
      operands: ['a.ts'],
    });
    expect(read('--data', '1e3')?.options.data).toBe('1e3');
    expect(read('--data', ' a, b/ ')?.options.data).toBe(' a, b/ ');
    expect(read('--data=-x')?.options.data).toBe('-x');
    expect(read('--', '--json')?.options.json).toBe(true);
    expect(read('--', '--json', '--', '--json')?.operands).toEqual(['--json']);
  });

  it('names an option in kebab case', () => {
    expect(read('--dry-run')?.options.dryRun).toBe(true);
    expect(() => read('--dryRun')).toThrow(
      '--dryRun: is not an option of this command; expected one of 5, the nearest being --dry-run,',
    );
  });

  it.each([[['-h']], [['--nonsense', '--help']], [['--data', 'x', '--help']]])(
    'asks for help in %j',
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

describe('an argument without a default', () => {
  it('is required', () => {
    const required = defineCommand({ ...command, operands: [{ name: 'file', meaning: 'A file.' }] });
    expect(() => readArguments([], required)).toThrow(
      '<file>: is missing; expected pnpm x <file> [options].',
    );
    expect(readArguments(['a'], required)?.operands).toEqual(['a']);
  });
});
