import { parseArgs } from 'node:util';
import { describeValue, SaeLabError } from '@sae-lab/errors';

/** Options by name, without the dashes: one that takes a text, or one that is there or not. */
export type OptionKinds = Readonly<Record<string, 'text' | 'flag'>>;

export interface Arguments<O extends OptionKinds> {
  /** Texts as they were given: `007` is not 7. */
  readonly options: { readonly [K in keyof O]?: O[K] extends 'flag' ? true : string };
  readonly operands: readonly string[];
}

interface Command<O extends OptionKinds> {
  /** As its user types it, e.g. `pnpm sweep`. */
  readonly name: string;
  readonly options: O;
  /** Largest number of arguments that belong to no option. Default 0. */
  readonly operands?: number;
}

/**
 * Reads a command's arguments. Nothing is guessed: an unknown option, an option given twice, an empty value and a
 * missing one are errors. `--help`, or `-h`, may stand anywhere and takes precedence.
 *
 * @returns undefined where help is asked for
 * @throws SaeLabError `cli.usage`
 *
 * @example
 * readArguments(['--data', '007'], { name: 'pnpm db:stop', options: { data: 'text' } })?.options.data // '007'
 */
export function readArguments<O extends OptionKinds>(
  argv: readonly string[],
  { name, options, operands: most = 0 }: Command<O>,
): Arguments<O> | undefined {
  const tokens = tokensOf(argv, options);
  if (tokens.some((token) => token.kind === 'option' && token.name === 'help')) return undefined;

  const fail = (field: string, problem: string, fix?: string): never => {
    const details = { problem, field, fix: [fix, `See \`${name} --help\`.`].filter(Boolean).join(' ') };
    throw new SaeLabError('cli.usage', details);
  };
  const given: Record<string, string | true> = {};
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      if (token.value === '') fail(`argument ${operands.length + 1}`, 'is empty');
      if (operands.length === most) fail(describeValue(token.value), 'is one argument too many');
      operands.push(token.value);
      continue;
    }
    const { name: option, rawName, value, inlineValue } = token;
    const kind = Object.hasOwn(options, option) ? options[option] : undefined;
    if (kind === undefined) fail(rawName, 'is not an option of this command');
    if (Object.hasOwn(given, option)) fail(rawName, 'is given twice', 'Give it once.');
    if (kind === 'flag') {
      if (value !== undefined) fail(rawName, 'takes no value', `Leave ${describeValue(value)} out.`);
      given[option] = true;
      continue;
    }
    if (value === undefined) return fail(rawName, 'needs a value');
    if (value === '') fail(rawName, 'is empty', 'Give a value, or leave the option out.');
    if (!inlineValue && value.startsWith('-')) {
      fail(rawName, 'needs a value', `For one that begins with a dash, write ${rawName}=${value}.`);
    }
    given[option] = value;
  }
  return { options: given as Arguments<O>['options'], operands };
}

function tokensOf(argv: readonly string[], kinds: OptionKinds) {
  // `pnpm sweep -- --json` hands on the two dashes.
  const args = argv[0] === '--' ? argv.slice(1) : [...argv];
  const options = Object.fromEntries(
    Object.entries(kinds).map(
      ([name, kind]) => [name, { type: kind === 'text' ? 'string' : 'boolean' }] as const,
    ),
  );
  const help = { type: 'boolean', short: 'h' } as const;
  // Not its own strictness: it takes the last of several values, and an empty one.
  return parseArgs({
    args,
    options: { ...options, help },
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens;
}
