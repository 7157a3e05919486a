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
