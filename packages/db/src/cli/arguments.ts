import { resolve } from 'node:path';
import { outliveReaders } from '@sae-lab/command-line';
import { SaeLabError } from '@sae-lab/errors';

/** The data folder as `pnpm sweep` finds it: what `--data` says, SAE_LAB_DATA, the project's own. */
export function dataFolder(given: string | undefined): string {
  const project = resolve(import.meta.dirname, '../../../../.sae-lab');
  return resolve(given ?? (process.env['SAE_LAB_DATA'] || project));
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
