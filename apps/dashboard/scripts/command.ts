import { dataOption, defineCommand, environment, integerBetween, option } from '@sae-lab/command-line';
import { allowedHosts } from './allowed-hosts.ts';

/** The first port to try where none is asked for. */
export const USUAL_PORT = 4242;

/** `pnpm dashboard`, as its parser, its help and docs/reference.md know it. */
export const command = defineCommand({
  name: 'pnpm dashboard',
  summary:
    'Serves the dashboard on this machine (127.0.0.1) until Ctrl-C. Builds it first if its sources changed.',
  options: {
    port: option({
      value: 'n',
      meaning: 'Port; 0 for any free one',
      otherwise: `${USUAL_PORT}, or the next free one`,
      parse: integerBetween(0, 65_535),
    }),
    data: dataOption,
    allowHost: option({
      value: 'names',
      meaning: 'Also answer requests for these host names, separated by commas, e.g. behind a proxy',
      otherwise: 'the names of this machine only',
      parse: allowedHosts,
    }),
  },
  examples: ['pnpm dashboard', 'pnpm dashboard --port 8080 --allow-host lab.example'],
  environment: ['SAE_LAB_DATA', 'DATABASE_URL', 'SAE_LAB_DIRECT_URL', 'SAE_LAB_ALLOWED_HOSTS'],
  exitCodes: [130, 143],
});

/**
 * The host names of `SAE_LAB_ALLOWED_HOSTS`.
 *
 * @throws {SaeLabError} `cli.usage`
 */
export function hostsOfEnvironment(): readonly string[] {
  return allowedHosts(environment('SAE_LAB_ALLOWED_HOSTS') ?? '', 'SAE_LAB_ALLOWED_HOSTS');
}
