import type { Command } from './command.ts';
import { ENVIRONMENT } from './environment.ts';
import { EXIT_CODES, type ExitCode } from './exit-codes.ts';
import { nameOfOption } from './options.ts';

const WIDTH = 110;
const INDENT = '  ';

/** What `--help` prints. */
export function helpOf(command: Command): string {
  const { summary, operands = [], examples, notes = [], environment = [] } = command;
  const sections = [
    `Usage: ${usageOf(command)}`,
    wrap(summary),
    table(
      'Arguments',
      operands.map(({ name, meaning, ...operand }) => [`<${name}>`, withDefault(meaning, operand.default)]),
    ),
    table('Options', optionRows(command)),
    ...notes.map((note) => wrap(note)),
    section('Examples', examples),
    table(
      'Environment',
      environment.map((name) => [name, plain(ENVIRONMENT[name])]),
    ),
    table(
      'Exit codes',
      exitCodesOf(command).map((code) => [`${code}`, EXIT_CODES[code]]),
    ),
    'docs/reference.md lists every command, setting and environment variable, docs/errors.md every error.',
  ];
  return sections.filter((text) => text !== '').join('\n\n');
}

/** `pnpm sweep [file] [options]` */
export function usageOf({ name, operands = [], rest }: Command): string {
  const named = operands.map((operand) =>
    operand.default === undefined ? `<${operand.name}>` : `[${operand.name}]`,
  );
  return [name, ...named, '[options]', ...(rest === undefined ? [] : [`[${rest}]`])].join(' ');
}

/** The options of a command with their meaning and default, `--help` included. */
export function optionRows({ options }: Command): (readonly [option: string, meaning: string])[] {
  const own = Object.entries(options).map(([key, { meaning, value, default: fallback }]) => {
    const placeholder = value === undefined ? '' : ` <${value}>`;
    return [`${nameOfOption(key)}${placeholder}`, withDefault(meaning, fallback)] as const;
  });
  return [...own, ['-h, --help', 'Show this help']];
}

/** Every exit code that a command can have. */
export function exitCodesOf({ exitCodes = [] }: Command): readonly ExitCode[] {
  return [0, 1, 2, ...exitCodes];
}

function withDefault(meaning: string, fallback: string | undefined): string {
  return fallback === undefined ? meaning : `${meaning} (default: ${fallback})`;
}

function plain(markdown: string): string {
  return markdown.replaceAll('`', '');
}

function section(head: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [`${head}:`, ...lines.map((line) => `${INDENT}${line}`)].join('\n');
}

/** Two columns, the second one wrapped. */
function table(head: string, rows: readonly (readonly [string, string])[]): string {
  const first = Math.max(...rows.map(([name]) => name.length));
  return section(
    head,
    rows.flatMap(([name, meaning]) =>
      wrap(meaning, WIDTH - first - 4)
        .split('\n')
        .map((line, index) => `${(index === 0 ? name : '').padEnd(first)}${INDENT}${line}`),
    ),
  );
}

function wrap(paragraph: string, width = WIDTH): string {
  const lines = [''];
  for (const word of paragraph.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n');
}
