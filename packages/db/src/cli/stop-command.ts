import { dataOption, defineCommand } from '@sae-lab/command-line';

/** `pnpm db:stop`, as its parser, its help and docs/reference.md know it. */
export const stopCommand = defineCommand({
  name: 'pnpm db:stop',
  summary: 'Stops the embedded database of a data folder. The next command that needs it starts it again.',
  options: { data: dataOption },
  examples: ['pnpm db:stop', 'pnpm db:stop --data /data/lab'],
  environment: ['SAE_LAB_DATA'],
});
