import { runMain } from '@sae-lab/command-line';
import { workerCommandLine, workerOptions } from './worker-options.ts';

await runMain(workerCommandLine, async (args) => {
  // Imported only now: `--help` and a usage error need no tensor library.
  const { workerCommand } = await import('./worker-command.ts');
  return workerCommand(workerOptions(args));
});
