import { join, resolve } from 'node:path';
import { readArguments } from '@sae-lab/command-line';
import { describeValue, SaeLabError } from '@sae-lab/errors';
import { allowedHosts } from './allowed-hosts.ts';

export interface DashboardOptions {
  readonly dataDir: string;
  /** 0 for any free one. Undefined: the usual one, or the next that is free. */
  readonly port: number | undefined;
  /** Host names that are answered besides those of this machine alone. */
  readonly allowedHosts: readonly string[];
}

export const USUAL_PORT = 4242;

export const HELP = `Usage: pnpm dashboard [options]

Serves the dashboard on this machine (127.0.0.1) until Ctrl-C.

Options:
  --port <n>       Port (${USUAL_PORT}, or the next one that is free)
  --data <folder>  Data folder ($SAE_LAB_DATA, else .sae-lab in the project)
  --allow-host <names>
                   Also answer requests for these host names, separated by commas, e.g. behind a proxy
  -h, --help       Show this

Environment: SAE_LAB_DATA (data folder), DATABASE_URL (a Postgres to use instead of the embedded one),
SAE_LAB_ALLOWED_HOSTS (as --allow-host).`;

/**
 * Reads the command line. Undefined when help is asked for.
 *
 * @throws SaeLabError `cli.usage`
 */
export function parseOptions(argv: readonly string[], projectRoot: string): DashboardOptions | undefined {
  const read = readArguments(argv, {
    name: 'pnpm dashboard',
    options: { port: 'text', data: 'text', 'allow-host': 'text' },
  });
  if (read === undefined) return undefined;
  const { options } = read;
  const data = options.data ?? (process.env['SAE_LAB_DATA'] || undefined);
  return {
    dataDir: data === undefined ? join(projectRoot, '.sae-lab') : resolve(data),
    port: options.port === undefined ? undefined : portOf(options.port),
    allowedHosts: [
      ...allowedHosts(options['allow-host'], '--allow-host'),
      ...allowedHosts(process.env['SAE_LAB_ALLOWED_HOSTS'], 'SAE_LAB_ALLOWED_HOSTS'),
    ],
  };
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new SaeLabError('cli.usage', {
    problem: 'is not a port',
    field: '--port',
    expected: 'a whole number from 0 (any free port) to 65535',
    received: describeValue(text),
  });
}
