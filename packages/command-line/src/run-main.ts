import { SaeLabError } from '@sae-lab/errors';
import type { Command } from './command.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { helpOf } from './help.ts';
import type { Options } from './options.ts';
import { printError } from './print-error.ts';
import { readArguments, type Arguments } from './read-arguments.ts';
import { outliveReaders } from './standard-streams.ts';

/**
 * Runs a command in this process: reads its arguments, answers `--help`, prints what it throws and sets the exit
 * code: 2 for a usage error and what {@link beforeStart} rethrows, 1 for every other error.
 *
 * @param main returns the exit code; 0 where it returns nothing
 *
 * @example
 * await runMain(command, async ({ options }) => console.log(options.data));
 */
export async function runMain<const O extends Options>(
  command: Command<O>,
  main: (args: Arguments<O>) => Promise<number | void>,
  argv: readonly string[] = process.argv.slice(2),
): Promise<void> {
  outliveReaders((stream, { message }) => {
    if (stream === 'stderr') return;
    process.stderr.write(`Standard output cannot be written, so the rest of it is lost: ${message}\n`);
  });
  process.exitCode = await exitCodeOf(command, main, argv);
}

async function exitCodeOf<O extends Options>(
  command: Command<O>,
  main: (args: Arguments<O>) => Promise<number | void>,
  argv: readonly string[],
): Promise<number> {
  try {
    const args = await beforeStart(async () => readArguments(argv, command));
    if (args !== undefined) return (await main(args)) ?? EXIT.done;
    process.stdout.write(`${helpOf(command)}\n`);
    return EXIT.done;
  } catch (error) {
    printError(error);
    return exitCodeOfError(error);
  }
}

const thrownBeforeStart = new WeakSet<SaeLabError>();

/**
 * Runs the part of a command that only checks its input. A SaeLabError thrown there ends the command with 2: nothing
 * was started.
 */
export async function beforeStart<T>(check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof SaeLabError) thrownBeforeStart.add(error);
    throw error;
  }
}

function exitCodeOfError(error: unknown): ExitCode {
  if (!(error instanceof SaeLabError)) return EXIT.failed;
  return error.code === 'cli.usage' || thrownBeforeStart.has(error) ? EXIT.usage : EXIT.failed;
}
