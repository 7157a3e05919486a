import type { EnvironmentVariable } from './environment.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Options } from './options.ts';

/** An argument that belongs to no option. */
export interface Operand {
  /** E.g. `file`. */
  readonly name: string;
  readonly meaning: string;
  /** As the help shows it. An operand without a default is required. */
  readonly default?: string;
}

/** Everything that a command's parser, its help and docs/reference.md need to know of it. */
export interface Command<O extends Options = Options> {
  /** As its user types it, e.g. `pnpm sweep`. */
  readonly name: string;
  /** One or two sentences. */
  readonly summary: string;
  readonly options: O;
  readonly operands?: readonly Operand[];
  /** Arguments that are passed on to another program, e.g. `psql arguments`. */
  readonly rest?: string;
  /** Complete command lines. */
  readonly examples: readonly string[];
  /** Paragraphs that the help shows after the options. */
  readonly notes?: readonly string[];
  readonly environment?: readonly EnvironmentVariable[];
  /** Codes other than 0, 1 and 2. */
  readonly exitCodes?: readonly ExitCode[];
}

/**
 * Declares a command. {@link runMain} runs it.
 *
 * @example
 * const command = defineCommand({
 *   name: 'pnpm db:stop',
 *   summary: 'Stops the embedded database of a data folder.',
 *   options: { data: dataOption },
 *   examples: ['pnpm db:stop --data /tmp/lab'],
 * });
 */
export function defineCommand<const O extends Options>(command: Command<O>): Command<O> {
  return command;
}
