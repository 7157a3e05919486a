// `pnpm sae ACTION`
import { runMain } from '@sae-lab/command-line';
import { expectedName, SaeLabError } from '@sae-lab/errors';
import {
  exportCommand,
  plotCommand,
  pullCommand,
  pushCommand,
  SAE_COMMANDS,
  saeCommand,
} from './commands.ts';

const [action = '', ...argv] = process.argv.slice(2);

// Imported only now: `--help` and a usage error need no tensor library.
switch (action) {
  case 'export':
    await runMain(exportCommand, async (args) => (await import('./run-export.ts')).runExport(args), argv);
    break;
  case 'push':
    await runMain(pushCommand, async (args) => (await import('./run-push.ts')).runPush(args), argv);
    break;
  case 'pull':
    await runMain(pullCommand, async (args) => (await import('./run-pull.ts')).runPull(args), argv);
    break;
  case 'plot':
    await runMain(plotCommand, async (args) => (await import('./run-plot.ts')).runPlot(args), argv);
    break;
  default:
    await runMain(saeCommand, async ({ operands: [given = ''] }) => {
      throw new SaeLabError('cli.usage', {
        problem: 'is not an action of `pnpm sae`',
        field: given,
        expected: expectedName(given, Object.keys(SAE_COMMANDS)),
        fix: 'See `pnpm sae --help`.',
      });
    });
}
