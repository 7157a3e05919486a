import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
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
  // `pnpm dashboard -- --port 1` hands on the two dashes.
  const args = argv[0] === '--' ? argv.slice(1) : [...argv];
  const values = parse(args);
  if (values.help === true) return undefined;
  const data = once('--data', values.data) ?? (process.env['SAE_LAB_DATA'] || undefined);
  const port = once('--port', values.port);
  return {
    dataDir: data === undefined ? join(projectRoot, '.sae-lab') : resolve(data),
    port: port === undefined ? undefined : portOf(port),
    allowedHosts: [
      ...allowedHosts(once('--allow-host', values['allow-host']), '--allow-host'),
      ...allowedHosts(process.env['SAE_LAB_ALLOWED_HOSTS'], 'SAE_LAB_ALLOWED_HOSTS'),
    ],
  };
}

function parse(args: string[]) {
  const text = { type: 'string', multiple: true } as const;
  const help = { type: 'boolean', short: 'h' } as const;
  try {
    return parseArgs({ args, options: { port: text, data: text, 'allow-host': text, help } }).values;
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new SaeLabError('cli.usage', { problem, fix: 'See `pnpm dashboard --help`.', cause });
  }
}

/** The value of an option that is given once at most, and then not empty. */
function once(field: string, given: readonly string[] | undefined): string | undefined {
  if (given === undefined) return undefined;
  if (given.length === 1 && given[0] !== '') return given[0];
  throw new SaeLabError('cli.usage', {
    problem: given.length > 1 ? 'is given more than once' : 'is empty',
    field,
    expected: 'one value',
    received: given.map(describeValue).join(' and '),
    fix: 'See `pnpm dashboard --help`.',
  });
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
