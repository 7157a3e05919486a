import { runMain } from '@sae-lab/command-line';
import { workerCommandLine, workerOptions } from './worker-options.ts';

await runMain(workerCommandLine, async (args) => {
  const options = workerOptions(args);
  // Imported only now: `--help` and a usage error need no tensor library.
  if (options.spool !== undefined) {
    const { spoolCommand } = await import('./spool-command.ts');
    return spoolCommand(options.spool, options);
  }
  const { workerCommand } = await import('./worker-command.ts');
  return workerCommand(options);
});
