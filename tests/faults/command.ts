import { defineCommand, integerBetween, option, positiveInteger } from '@sae-lab/command-line';

/** Describes `pnpm test:faults` to its parser, its help and docs/reference.md. */
export const command = defineCommand({
  name: 'pnpm test:faults',
  summary:
    'Kills sweeps at random moments and checks that nothing is lost, doubled or left behind. Prints a JSON line per ' +
    'kill and one of figures at the end; ends with 1 if a check failed.',
  options: {
    runs: option({ value: 'n', meaning: 'Number of kills', default: 25, parse: positiveInteger }),
    seed: option({
      value: 'n',
      meaning: 'Seed of the moments',
      default: 0,
      parse: integerBetween(0, 2 ** 31 - 1),
    }),
  },
  examples: ['pnpm test:faults --runs 500 --seed 1'],
});
