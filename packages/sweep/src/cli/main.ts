import { sweepCommand } from './sweep-command.ts';

process.exitCode = await sweepCommand(process.argv.slice(2));
