import { isIP } from 'node:net';
import { dataOption, defineCommand, environment, flag, integerBetween, option } from '@sae-lab/command-line';
import { describeValue, SaeLabError } from '@sae-lab/errors';
import { allowedHosts } from './guard/allowed-hosts.ts';

/** The first port to try where none is asked for. */
export const USUAL_PORT = 4242;

const LOOPBACK = '127.0.0.1';

/** `pnpm dashboard`, as its parser, its help and docs/reference.md know it. */
export const command = defineCommand({
  name: 'pnpm dashboard',
  summary:
    'Serves the dashboard until Ctrl-C, on this machine only unless --host is given. Builds it first if its sources changed.',
  options: {
    port: option({
      value: 'n',
      meaning: 'Port; 0 for any free one',
      otherwise: `${USUAL_PORT}, or the next free one`,
      parse: integerBetween(0, 65_535),
    }),
    data: dataOption,
    host: option({
      value: 'address',
      meaning: 'Address to listen on; 0.0.0.0 for every network of this machine. Readers then need a token',
      default: LOOPBACK,
      parse: addressOf,
    }),
    token: flag('Readers need a token on this machine too, e.g. behind a proxy'),
    newToken: flag('Makes a new token, and no longer accepts the one before'),
    trustProxy: flag(
      'Takes the address of readers and whether they use TLS from X-Forwarded-For and X-Forwarded-Proto',
    ),
    allowHost: option({
      value: 'names',
      meaning: 'Also answer requests for these host names, separated by commas, e.g. behind a proxy',
      otherwise: 'the names of this machine only',
      parse: allowedHosts,
    }),
  },
  examples: [
    'pnpm dashboard',
    'pnpm dashboard --host 0.0.0.0',
    'pnpm dashboard --port 8080 --token --trust-proxy --allow-host lab.example',
  ],
  environment: [
    'SAE_LAB_DATA',
    'DATABASE_URL',
    'SAE_LAB_DIRECT_URL',
    'SAE_LAB_STORE',
    'SAE_LAB_STORE_CACHE',
    'SAE_LAB_ALLOWED_HOSTS',
    'SAE_LAB_DASHBOARD_TOKEN',
  ],
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

/** Whether only this machine reaches an address. */
export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

function addressOf(given: string, field: string): string {
  if (given === 'localhost') return LOOPBACK;
  if (isIP(given) !== 0) return given;
  throw new SaeLabError('cli.usage', {
    problem: 'is not an IP address of this machine',
    field,
    expected: 'e.g. 0.0.0.0, 192.168.1.5 or ::',
    received: describeValue(given),
    fix: 'Name hosts with --allow-host.',
  });
}
