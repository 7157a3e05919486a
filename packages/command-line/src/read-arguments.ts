import { parseArgs } from 'node:util';
import { describeValue, expectedName, SaeLabError } from '@sae-lab/errors';
import type { Command } from './command.ts';
import { usageOf } from './help.ts';
import { nameOfOption, type Options, type OptionValues } from './options.ts';

export interface Arguments<O extends Options> {
  readonly options: OptionValues<O>;
  readonly operands: readonly string[];
}

/**
 * Reads a command's arguments. Nothing is guessed: an unknown option, an option given twice, an empty value and a
 * missing one are errors. `--help`, or `-h`, may stand anywhere and takes precedence.
 *
 * @returns undefined where help is asked for
 * @throws {SaeLabError} `cli.usage`, and what an option's own `read` throws
 *
 * @example
 * readArguments(['--data', '007'], command)?.options.data; // '/work/007'
 */
export function readArguments<const O extends Options>(
  argv: readonly string[],
  command: Command<O>,
): Arguments<O> | undefined {
  const tokens = tokensOf(argv, command.options);
  if (tokens.some((token) => token.kind === 'option' && token.name === 'help')) return undefined;

  const { operands: allowed = [] } = command;
  const byName = new Map(Object.entries(command.options).map(([key, kind]) => [nameOfOption(key), kind]));
  const given = new Map<string, string>();
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      if (token.value === '') throw usageError(command, `argument ${operands.length + 1}`, 'is empty');
      if (operands.length === allowed.length) throw surplus(command, token.value);
      operands.push(token.value);
      continue;
    }
    const { rawName, value } = token;
    const option = byName.get(rawName);
    if (option === undefined) {
      const expected = expectedName(rawName, [...byName.keys(), '--help']);
      throw usageError(command, rawName, 'is not an option of this command', { expected });
    }
    if (given.has(rawName)) throw usageError(command, rawName, 'is given twice', { fix: 'Give it once.' });
    if (option.value === undefined) {
      const fix = `Leave ${describeValue(value)} out.`;
      if (value !== undefined) throw usageError(command, rawName, 'takes no value', { fix });
    } else requireValue(command, token);
    given.set(rawName, value ?? '');
  }
  const missing = allowed.slice(operands.length).find((operand) => operand.default === undefined);
  if (missing !== undefined) {
    throw usageError(command, `<${missing.name}>`, 'is missing', { expected: usageOf(command) });
  }
  const values = Object.entries(command.options).map(([key, option]) => {
    const name = nameOfOption(key);
    return [key, option.read(given.get(name), name)] as const;
  });
  return { options: Object.fromEntries(values) as OptionValues<O>, operands };
}

interface OptionToken {
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function requireValue(command: Command, { rawName, value, inlineValue }: OptionToken): void {
  if (value === undefined) throw usageError(command, rawName, 'needs a value');
  if (value === '') {
    throw usageError(command, rawName, 'is empty', { fix: 'Give a value, or leave the option out.' });
  }
  if (inlineValue !== true && value.startsWith('-')) {
    const fix = `If the value begins with a dash, write ${rawName}=${value}.`;
    throw usageError(command, rawName, 'needs a value', { fix });
  }
}

function surplus(command: Command, value: string): SaeLabError {
  return usageError(command, describeValue(value), 'is one argument too many', {
    expected: usageOf(command),
  });
}

function usageError(
  { name }: Command,
  field: string,
  problem: string,
  { expected, fix }: { expected?: string; fix?: string } = {},
): SaeLabError {
  return new SaeLabError('cli.usage', {
    problem,
    field,
    ...(expected !== undefined && { expected }),
    fix: [fix, `See \`${name} --help\`.`].filter(Boolean).join(' '),
  });
}

function tokensOf(argv: readonly string[], options: Options) {
  // `pnpm sweep -- --json` passes the two dashes on.
  const args = argv[0] === '--' ? argv.slice(1) : [...argv];
  const kinds = Object.entries(options).map(
    ([key, { value }]) =>
      [nameOfOption(key).slice(2), { type: value === undefined ? 'boolean' : 'string' }] as const,
  );
  const help = { type: 'boolean', short: 'h' } as const;
  // Without parseArgs's own strictness, which takes the last of several values and accepts an empty one.
  return parseArgs({
    args,
    options: { ...Object.fromEntries(kinds), help },
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens;
}
