import { runMain } from '@sae-lab/command-line';
import { explainCommandLine, explainOptions } from './explain-options.ts';

await runMain(explainCommandLine, async (args) => {
  // Imported only now: `--help` and a usage error need no database.
  const { explainCommand } = await import('./explain-command.ts');
  return explainCommand(explainOptions(args));
});
