import { defineCommand, runMain } from '@sae-lab/command-line';
import { SaeLabError } from '@sae-lab/errors';
import { SPOOL_OPTIONS, spoolCommand } from './spool-command.ts';

/** Describes `pnpm worker` to its parser, its help and docs/reference.md. */
export const workerCommand = defineCommand({
  name: 'pnpm worker',
  summary: 'Trains runs that another machine has prepared.',
  options: SPOOL_OPTIONS,
  examples: ['pnpm worker --spool /scratch/spool'],
  environment: ['SAE_LAB_DEBUG'],
  exitCodes: [143],
});

await runMain(workerCommand, ({ options: { spool, ...options } }) => {
  if (spool !== undefined) return spoolCommand(spool, options);
  throw new SaeLabError('cli.usage', {
    problem: 'is missing',
    field: '--spool',
    expected: 'a prepared folder',
  });
});
