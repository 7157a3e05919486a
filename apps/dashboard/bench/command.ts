import { defineCommand, flag, positiveInteger, option } from '@sae-lab/command-line';

/** `pnpm bench:dashboard`, as its parser, its help and docs/reference.md know it. */
export const benchCommand = defineCommand({
  name: 'pnpm bench:dashboard',
  summary:
    'Fills a temporary Postgres with synthetic runs of 40 figures each, and measures the queries of the dashboard, and its ' +
    'pages of all runs, of curves and of latents in Chromium. Prints a JSON line per case, with the bar that the case must hold.',
  options: {
    runs: option({ value: 'n', meaning: 'Number of runs', default: 10_000, parse: positiveInteger }),
    points: option({
      value: 'n',
      meaning: 'Points of all curves together',
      default: 10_000_000,
      parse: positiveInteger,
    }),
    noBrowser: flag('Measure the queries only'),
    json: flag('No effect: the output is always JSON lines'),
  },
  examples: ['pnpm bench:dashboard --json', 'pnpm bench:dashboard --runs 1000 --points 100000 --no-browser'],
});
