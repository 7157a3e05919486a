import { dataOption, defineCommand } from '@sae-lab/command-line';

/** `pnpm db:psql`, as its parser, its help and docs/reference.md know it. */
export const psqlCommand = defineCommand({
  name: 'pnpm db:psql',
  summary:
    'Opens psql on the database, which it starts first. psql must be installed. All arguments but --data and --help ' +
    'are passed to psql.',
  options: { data: dataOption },
  rest: 'psql arguments',
  examples: ['pnpm db:psql', "pnpm db:psql -c 'select name, status from sweeps'"],
  environment: ['SAE_LAB_DATA', 'DATABASE_URL'],
});

/**
 * Divides the arguments of `pnpm db:psql` into its own and those that psql gets.
 *
 * @throws {SaeLabError} `cli.usage`
 *
 * @example
 * divideArguments(['--data', '/tmp/lab', '-c', 'select 1']); // { own: ['--data', '/tmp/lab'], rest: ['-c', 'select 1'] }
 */
export function divideArguments(argv: readonly string[]): { own: string[]; rest: string[] } {
  // `pnpm db:psql -- -c 'select 1'` passes the two dashes on.
  const given = argv[0] === '--' ? argv.slice(1) : argv;
  const isOwn = (arg: string, i: number): boolean =>
    arg === '--help' || arg === '--data' || arg.startsWith('--data=') || given[i - 1] === '--data';
  return { own: given.filter(isOwn), rest: given.filter((arg, i) => !isOwn(arg, i)) };
}
