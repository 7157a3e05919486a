import { resolve } from 'node:path';
import { outliveReaders, readArguments } from '@sae-lab/command-line';
import { SaeLabError } from '@sae-lab/errors';

/** The data folder as `pnpm sweep` finds it: what `--data` says, SAE_LAB_DATA, the project's own. */
export function dataFolder(given: string | undefined): string {
  const project = resolve(import.meta.dirname, '../../../../.sae-lab');
  return resolve(given ?? (process.env['SAE_LAB_DATA'] || project));
}

/**
 * The arguments of `pnpm db:psql`: its own is `--data`, an option that psql does not have, and the rest is psql's.
 *
 * @throws SaeLabError `cli.usage`
 */
export function psqlArguments(argv: readonly string[]): { dataDir: string; rest: string[] } {
  // `pnpm db:psql -- -c 'select 1'` hands on the two dashes.
  const given = argv[0] === '--' ? argv.slice(1) : argv;
  const isOwn = (arg: string, i: number): boolean =>
    arg === '--data' || arg.startsWith('--data=') || given[i - 1] === '--data';
  const read = readArguments(given.filter(isOwn), { name: 'pnpm db:psql', options: { data: 'text' } });
  return { dataDir: dataFolder(read?.options.data), rest: given.filter((arg, i) => !isOwn(arg, i)) };
}

/** Runs a command; an expected error is a sentence for its user, not a stack trace. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  outliveReaders();
  try {
    process.exitCode = await command();
  } catch (error) {
    if (!(error instanceof SaeLabError)) throw error;
    console.error(`${error.code}: ${error.message}`);
    process.exitCode = error.code === 'cli.usage' ? 2 : 1;
  }
}
