import { SaeLabError } from '@sae-lab/errors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defineCommand } from './command.ts';
import { flag } from './options.ts';
import { beforeStart, runMain } from './run-main.ts';

const command = defineCommand({
  name: 'pnpm x',
  summary: 'Does x.',
  options: { json: flag('A flag') },
  examples: [],
});
const failure = new SaeLabError('files.disk-full', { problem: 'the disk is full', field: '/data' });

let printed: { stdout: string; stderr: string };
beforeEach(() => {
  printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      printed[name] += String(text);
      return true;
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

async function run(main: () => Promise<number | void>, ...argv: string[]) {
  await runMain(command, main, argv);
  return process.exitCode;
}

describe('runMain', () => {
  it.each([
    ['nothing', async () => {}, 0],
    ['a code', async () => 130, 130],
  ])('ends with what the command returns: %s', async (_, main, code) => {
    expect(await run(main)).toBe(code);
    expect(printed).toEqual({ stdout: '', stderr: '' });
  });

  it('ends with 1 where the command fails, and prints code and sentence without a stack', async () => {
    expect(await run(() => Promise.reject(failure))).toBe(1);
    expect(printed.stderr).toBe('error files.disk-full\n/data: the disk is full\n');
  });

  it('ends with 2 where the input is refused before anything is started', async () => {
    expect(await run(() => beforeStart(() => Promise.reject(failure)))).toBe(2);
    expect(printed.stderr).toContain('error files.disk-full');
  });

  it('ends with 2 on a usage error, and with 0 after --help', async () => {
    expect(await run(async () => 5, '--jsno')).toBe(2);
    expect(printed.stderr).toContain(
      'error cli.usage\n--jsno: is not an option of this command; expected --json or --help.',
    );
    expect(await run(async () => 5, '--help')).toBe(0);
    expect(printed.stdout).toContain('Usage: pnpm x [options]');
  });

  it('prints the stack of an error that nobody expected, and ends with 1', async () => {
    expect(await run(() => beforeStart(() => Promise.reject(new TypeError('a bug'))))).toBe(1);
    expect(printed.stderr).toMatch(/^error unexpected\nTypeError: a bug\n +at /);
  });
});
