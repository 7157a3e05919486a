import { runMain } from '@sae-lab/command-line';
import { evaluateCommandLine, evaluateOptions } from './evaluate-options.ts';

await runMain(evaluateCommandLine, async (args) => {
  // Imported only now: `--help` and a usage error need no tensor library.
  const { evaluateCommand } = await import('./evaluate-command.ts');
  return evaluateCommand(evaluateOptions(args));
});
