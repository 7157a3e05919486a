import { runMain } from '@sae-lab/command-line';
import { SaeLabError } from '@sae-lab/errors';
import { workerCommand } from './spool-options.ts';

await runMain(workerCommand, async ({ options: { spool, ...options } }) => {
  if (spool === undefined) {
    throw new SaeLabError('cli.usage', {
      problem: 'is missing',
      field: '--spool',
      expected: 'a folder that `pnpm sweep --prepare` wrote',
    });
  }
  // Imported only now: `--help` and a usage error need no tensor library.
  const { spoolCommand } = await import('./spool-command.ts');
  return spoolCommand(spool, options);
});
