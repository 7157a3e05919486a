import { join } from 'node:path';
import { PROJECT_ROOT, runMain } from '@sae-lab/command-line';
import { command, commandOptions } from './command.ts';

await runMain(command, async (args) => {
  // Imported only now: `--help` and a usage error need no tensor library.
  const { sweepCommand } = await import('./sweep-command.ts');
  return sweepCommand(commandOptions(args, join(PROJECT_ROOT, 'experiments', 'quickstart.ts')));
});
