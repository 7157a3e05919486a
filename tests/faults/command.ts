import { defineCommand, flag, integerBetween, option, positiveInteger } from '@sae-lab/command-line';

/** Describes `pnpm test:faults` to its parser, its help and docs/reference.md. */
export const command = defineCommand({
  name: 'pnpm test:faults',
  summary:
    'Kills sweeps at random moments and checks that nothing is lost, doubled or left behind. With --machines, it disturbs ' +
    'three machines, their network, database and store in every way. Prints a JSON line per ' +
    'fault and one of figures at the end; ends with 1 if a check failed.',
  options: {
    runs: option({ value: 'n', meaning: 'Number of faults', default: 25, parse: positiveInteger }),
    seed: option({
      value: 'n',
      meaning: 'Seed of the moments',
      default: 0,
      parse: integerBetween(0, 2 ** 31 - 1),
    }),
    machines: flag('Disturb three machines in network namespaces, not a sweep on one; needs Linux and root'),
  },
  examples: ['pnpm test:faults --runs 500 --seed 1', 'pnpm test:faults --machines --runs 1000'],
});
