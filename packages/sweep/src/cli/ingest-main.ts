import { resolve } from 'node:path';
import { runMain } from '@sae-lab/command-line';
import { ingestCommand } from './ingest-options.ts';

await runMain(ingestCommand, async ({ options, operands }) => {
  // Imported only now: `--help` and a usage error need no database.
  const { ingest } = await import('./ingest-command.ts');
  return ingest(resolve(operands[0]!), options.data);
});
