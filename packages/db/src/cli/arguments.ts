import { resolve } from 'node:path';
import { SaeLabError } from '@sae-lab/errors';

/** The data folder as `pnpm sweep` finds it (`--data`, SAE_LAB_DATA, the project's own), and the other arguments. */
export function databaseArguments(): { dataDir: string; rest: string[] } {
  const rest = process.argv.slice(2);
  const at = rest.indexOf('--data');
  if (at < 0) {
    const project = resolve(import.meta.dirname, '../../../../.sae-lab');
    return { dataDir: resolve(process.env['SAE_LAB_DATA'] || project), rest };
  }
  const [, dataDir] = rest.splice(at, 2);
  if (dataDir !== undefined) return { dataDir: resolve(dataDir), rest };
  throw new SaeLabError('db.bad-argument', {
    problem: 'a folder is missing',
    field: '--data',
    expected: 'the data folder whose database is meant',
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
    process.exitCode = 1;
  }
}
