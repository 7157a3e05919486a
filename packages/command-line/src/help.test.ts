import { expect, it } from 'vitest';
import { defineCommand } from './command.ts';
import { helpOf } from './help.ts';
import { dataOption, flag, option, positiveInteger } from './options.ts';

const command = defineCommand({
  name: 'pnpm x',
  summary: 'Does x.',
  options: {
    data: dataOption,
    dryRun: flag('List what would be done'),
    workers: option({ value: 'n', meaning: 'Processes', default: 2, parse: positiveInteger }),
  },
  operands: [{ name: 'file', meaning: 'What to do x to', default: 'all' }],
  examples: ['pnpm x --dry-run'],
  environment: ['SAE_LAB_DATA'],
  exitCodes: [130],
});

it('shows usage, every option with its default, examples, environment, exit codes and the reference', () => {
  expect(helpOf(command)).toBe(`Usage: pnpm x [file] [options]

Does x.

Arguments:
  <file>  What to do x to (default: all)

Options:
  --data <folder>  Data folder (default: $SAE_LAB_DATA, or .sae-lab in the project)
  --dry-run        List what would be done
  --workers <n>    Processes (default: 2)
  -h, --help       Show this help

Examples:
  pnpm x --dry-run

Environment:
  SAE_LAB_DATA  Data folder, where --data is not given. Default: .sae-lab in the project.

Exit codes:
  0    Success.
  1    The command failed, a run failed or diverged, or a test failed.
  2    The arguments or the definition are wrong. Nothing was started.
  130  Stopped by Ctrl-C (SIGINT).

docs/reference.md lists every command, setting and environment variable, docs/errors.md every error.`);
});
