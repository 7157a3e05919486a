import { join, resolve } from 'node:path';
import { describeValue, SaeLabError } from '@sae-lab/errors';
import { environment } from './environment.ts';
import { PROJECT_ROOT } from './project-root.ts';

/** One option of a command. Its name is its key in {@link Options}, in kebab case: `dryRun` is `--dry-run`. */
export interface Option<T = unknown> {
  /** One sentence, or less, for the help. */
  readonly meaning: string;
  /** Placeholder of the value, e.g. `n`. A flag has none. */
  readonly value?: string;
  /** The default, as the help shows it. */
  readonly default?: string;
  /**
   * Turns what was given into a value.
   *
   * @param given undefined where the option is absent; '' for a flag
   * @param field the option with its dashes, for an error
   * @throws {SaeLabError} `cli.usage`
   */
  read(given: string | undefined, field: string): T;
}

export type Options = Readonly<Record<string, Option>>;

/** The values of a command's options, by their key. */
export type OptionValues<O extends Options> = {
  readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never;
};

/** An option without a value; true where it is given. */
export function flag(meaning: string): Option<boolean> {
  return { meaning, read: (given) => given !== undefined };
}

interface ValueOption<T> {
  readonly meaning: string;
  readonly value: string;
  readonly default?: T;
  /** What happens where the option is absent, if there is no fixed default. */
  readonly otherwise?: string;
  readonly parse: (text: string, field: string) => T;
}

/** An option with a value, which is undefined where it is absent and has no default. */
export function option<T>(spec: ValueOption<T> & { default: T }): Option<T>;
export function option<T>(spec: ValueOption<T>): Option<T | undefined>;
export function option<T>({
  meaning,
  value,
  default: fallback,
  otherwise,
  parse,
}: ValueOption<T>): Option<T | undefined> {
  const shown = otherwise ?? (fallback === undefined ? undefined : String(fallback));
  return {
    meaning,
    value,
    ...(shown !== undefined && { default: shown }),
    read: (given, field) => (given === undefined ? fallback : parse(given, field)),
  };
}

/** For {@link option}: the text as it was given; `007` is not 7. */
export function text(given: string): string {
  return given;
}

/** For {@link option}. */
export function positiveInteger(given: string, field: string): number {
  return integer(given, field, { from: 1, expected: undefined });
}

/** For {@link option}. */
export function integerBetween(from: number, to: number): (given: string, field: string) => number {
  return (given, field) => integer(given, field, { from, to, expected: `an integer from ${from} to ${to}` });
}

function integer(
  given: string,
  field: string,
  {
    from,
    to = Number.MAX_SAFE_INTEGER,
    expected,
  }: { from: number; to?: number; expected: string | undefined },
): number {
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= from && value <= to) return value;
  throw new SaeLabError('cli.usage', {
    problem: expected === undefined ? 'must be a positive integer' : `must be ${expected}`,
    field,
    received: describeValue(given),
  });
}

/** For {@link option}: integers from `from` on, separated by commas. */
export function integers(from: number): (given: string, field: string) => readonly number[] {
  return (given, field) => {
    const values = given.split(',');
    if (values.every((value) => /^\d+$/.test(value) && Number(value) >= from)) return values.map(Number);
    throw new SaeLabError('cli.usage', {
      problem: `must be integers from ${from} on, separated by commas`,
      field,
      received: describeValue(given),
    });
  };
}

/** Eleven days; Node's timers take at most twice that. */
const LONGEST_SECONDS = 1_000_000;

/** For {@link option}: a duration, more than 0. */
export function seconds(given: string, field: string): number {
  const value = Number(given);
  if (/^(\d+\.?\d*|\.\d+)$/.test(given) && value > 0 && value <= LONGEST_SECONDS) return value;
  throw new SaeLabError('cli.usage', {
    problem: 'must be a number of seconds',
    field,
    expected: `more than 0 and at most ${LONGEST_SECONDS}`,
    received: describeValue(given),
  });
}

const UNIT_SECONDS = { h: 3600, m: 60, s: 1 };

/** For {@link option}: a duration in seconds, written `3h50m`, `5m` or `90s`. */
export function duration(given: string, field: string): number {
  const parts = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(given);
  const [, hours = 0, minutes = 0, rest = 0] = parts ?? [];
  const total = Number(hours) * UNIT_SECONDS.h + Number(minutes) * UNIT_SECONDS.m + Number(rest);
  if (given !== '' && parts !== null && total > 0 && total <= LONGEST_SECONDS) return total;
  throw new SaeLabError('cli.usage', {
    problem: 'must be a duration',
    field,
    expected: 'hours, minutes and seconds, e.g. 3h50m, 5m or 90s; at most 277h',
    received: describeValue(given),
  });
}

/** `--data`, which every command that needs the data folder has. Gives an absolute path. */
export const dataOption: Option<string> = {
  meaning: 'Data folder',
  value: 'folder',
  default: '$SAE_LAB_DATA, or .sae-lab in the project',
  read: (given) => resolve(given ?? environment('SAE_LAB_DATA') ?? join(PROJECT_ROOT, '.sae-lab')),
};

/** `dryRun` is `--dry-run`. */
export function nameOfOption(key: string): string {
  return `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
