import { resolve } from 'node:path';
import { runMain } from '@sae-lab/command-line';
import { ingest, ingestCommand } from './ingest-command.ts';

await runMain(ingestCommand, ({ options, operands }) => ingest(resolve(operands[0]!), options.data));
