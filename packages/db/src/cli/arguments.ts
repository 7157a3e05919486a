import { resolve } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';

/** The data folder as `pnpm sweep` finds it (`--data`, SAE_LAB_DATA, the project's own), and the other arguments. */
export function databaseArguments(argv = process.argv.slice(2)): { dataDir: string; rest: string[] } {
  // `pnpm db:stop -- --data x` hands on the two dashes.
  const given = argv[0] === '--' ? argv.slice(1) : [...argv];
  const rest: string[] = [];
  const folders: (string | undefined)[] = [];
  while (given.length > 0) {
    const argument = given.shift() as string;
    if (argument === '--data') folders.push(given.shift());
    else if (argument.startsWith('--data=')) folders.push(argument.slice('--data='.length));
    else rest.push(argument);
  }
  if (folders.length > 1) throw badArgument('is given more than once', `${folders.length} folders`);
  const [folder] = folders;
  if (folders.length === 1 && (folder === undefined || folder === ''))
    throw badArgument('a folder is missing', folder === undefined ? 'nothing' : 'an empty text');
  const project = resolve(import.meta.dirname, '../../../../.sae-lab');
  return { dataDir: resolve(folder ?? (process.env['SAE_LAB_DATA'] || project)), rest };
}

function badArgument(problem: string, received: string): SaeLabError {
  return new SaeLabError('db.bad-argument', {
    problem,
    field: '--data',
    expected: 'the data folder whose database is meant, once',
    received,
    fix: 'Give it after --data, or leave both out for the data folder of this project.',
  });
}

/** Runs a command; an expected error is a sentence for its user, not a stack trace. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    if (!(error instanceof SaeLabError)) throw error;
    console.error(`${error.code}: ${error.message}`);
    process.exitCode = error.code === 'db.bad-argument' ? 2 : 1;
  }
}
