import { endOnUsr1 } from './end-on-usr1.ts';

const listening = endOnUsr1();
// Imported only now, which takes a while.
const { runMain } = await import('@sae-lab/command-line');
const { workerCommandLine, workerOptions } = await import('./worker-options.ts');

await runMain(workerCommandLine, async (args) => {
  const options = workerOptions(args);
  // Imported only now: `--help` and a usage error need no tensor library.
  if (options.spool !== undefined) {
    const { spoolCommand } = await import('./spool-command.ts');
    return spoolCommand(options.spool, options, listening);
  }
  const { workerCommand } = await import('./worker-command.ts');
  return workerCommand(options, listening);
});
