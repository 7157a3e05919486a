import { runMain } from '@sae-lab/command-line';
import { command, commandOptions } from './command.ts';
import { QUICKSTART, sweepCommand } from './sweep-command.ts';

await runMain(command, (args) => sweepCommand(commandOptions(args, QUICKSTART)));
