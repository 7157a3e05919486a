import { dataOption, defineCommand, integerBetween, option } from '@sae-lab/command-line';
import { addressOf, rangesOf } from './serve-addresses.ts';

/** Describes `pnpm db:stop` to its parser, its help and docs/reference.md. */
export const stopCommand = defineCommand({
  name: 'pnpm db:stop',
  summary: 'Stops the embedded database of a data folder. The next command that needs it starts it again.',
  options: { data: dataOption },
  examples: ['pnpm db:stop', 'pnpm db:stop --data /data/lab'],
  environment: ['SAE_LAB_DATA'],
});

/** Describes `pnpm db:serve` to its parser, its help and docs/reference.md. */
export const serveCommand = defineCommand({
  name: 'pnpm db:serve',
  summary:
    'Lets other machines use the embedded database of a data folder, with a password that is made now. ' +
    '`pnpm db:stop` ends it; the database is then local again.',
  options: {
    host: option({
      value: 'address',
      meaning: 'IP address of this machine that others connect to; required',
      parse: addressOf,
    }),
    port: option({ value: 'port', meaning: 'Port', default: 5432, parse: integerBetween(1, 65_535) }),
    allow: option({
      value: 'ranges',
      meaning: 'Addresses that may connect, e.g. 10.0.0.0/16, separated by commas',
      otherwise: 'the network of --host',
      parse: rangesOf,
    }),
    data: dataOption,
  },
  examples: ['pnpm db:serve --host 10.0.0.5', 'pnpm db:serve --host 0.0.0.0 --allow 10.0.0.0/16 --port 5433'],
  notes: [
    'The URL with the password is printed once and kept in `served-url` in the data folder, readable by its owner only. ' +
      'Connections are not encrypted: use it within a network that you trust, or through an SSH tunnel.',
  ],
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
  environment: ['SAE_LAB_DATA', 'DATABASE_URL', 'SAE_LAB_DIRECT_URL'],
});
