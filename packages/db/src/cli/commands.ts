import { dataOption, defineCommand } from '@sae-lab/command-line';

/** Describes `pnpm db:stop` to its parser, its help and docs/reference.md. */
export const stopCommand = defineCommand({
  name: 'pnpm db:stop',
  summary: 'Stops the embedded database of a data folder. The next command that needs it starts it again.',
  options: { data: dataOption },
  examples: ['pnpm db:stop', 'pnpm db:stop --data /data/lab'],
  environment: ['SAE_LAB_DATA'],
});

/** Describes `pnpm db:psql` to its parser, its help and docs/reference.md. */
export const psqlCommand = defineCommand({
  name: 'pnpm db:psql',
  summary:
    'Opens psql on the database, which it starts first. psql must be installed. All arguments but --data and --help ' +
    'are passed to psql.',
  options: { data: dataOption },
  rest: 'psql arguments',
  examples: ['pnpm db:psql', "pnpm db:psql -c 'select name, status from sweeps'"],
  environment: ['SAE_LAB_DATA', 'DATABASE_URL'],
});
