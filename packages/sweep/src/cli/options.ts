import { join, resolve } from 'node:path';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import { DEVICES, parseDevice, type Device } from '@sae-lab/kernels';
import { cac } from 'cac';

export interface CommandOptions {
  /** The experiment's file. */
  readonly file: string;
  readonly dataDir: string;
  readonly dryRun: boolean;
  readonly onlyFailed: boolean;
  readonly json: boolean;
  /** Show every row of long tables. */
  readonly all: boolean;
  readonly workers: number | undefined;
  readonly device: Device;
  /** Infinity for no limit. */
  readonly maxFailures: number;
  readonly checkpointSeconds: number;
  readonly silenceSeconds: number;
}

/** Eleven days; timers take no more than twice that. */
const LONGEST_SECONDS = 1_000_000;
const CHECKPOINT_SECONDS = 60;
/** A process shows life between steps, and one step of a very large SAE can be long. */
const SILENCE_SECONDS = 600;

const NOTES = `  A run is identified by all that decides its result. What is finished is not trained again, in
  whichever sweep it was trained; what was interrupted goes on from its checkpoint, what failed is tried
  again. A run that diverged would do so again, and waits for --only-failed.

  Exit code: 0 all runs are finished, 1 some failed or diverged, 2 the command or the sweep's
  definition is wrong and nothing was started, 130 interrupted.

  Environment: SAE_LAB_DATA (data folder), DATABASE_URL (a Postgres to use instead of the embedded
  one), SAE_LAB_DEBUG=1 (stacks of errors).`;

/**
 * Reads the command line. Undefined when help was asked for, and printed.
 *
 * @throws SaeLabError `cli.usage`
 */
export function parseOptions(argv: readonly string[], projectRoot: string): CommandOptions | undefined {
  const cli = cac('pnpm sweep');
  cli
    .command(
      '[file]',
      'Train the sweep that an experiment file defines (experiments/quickstart.ts if none is named)',
    )
    .option('--dry-run', 'Show the runs and what is done of them; train nothing')
    .option('--only-failed', 'Try the failed and diverged runs again, and no others')
    .option('--fail-fast', 'Stop at the first run that fails or diverges')
    .option('--max-failures <n>', 'Stop when so many runs have failed or diverged')
    .option(
      '--workers <n>',
      'Runs trained at once, a process each (2, or fewer where there are fewer cores or runs)',
    )
    .option('--device <name>', `Where to train: ${DEVICES.join(', ')} (cpu)`)
    .option('--checkpoint-seconds <s>', `Write a checkpoint of each run this often (${CHECKPOINT_SECONDS})`)
    .option(
      '--silence-seconds <s>',
      `Give a run up when its process shows no sign of life for this long (${SILENCE_SECONDS})`,
    )
    .option('--data <folder>', 'Data folder ($SAE_LAB_DATA, else .sae-lab in the project)')
    .option('--all', 'Show every row of a long table')
    .option('--json', 'Print events as lines of JSON, and nothing else, on standard output');
  // There is one command only: no list of them.
  cli.help((sections) => [
    ...sections.filter(({ title }) => title === 'Usage' || title === 'Options'),
    { title: 'Notes', body: NOTES },
  ]);

  // `pnpm sweep -- --json` hands on the two dashes.
  const given = argv[0] === '--' ? argv.slice(1) : argv;
  try {
    cli.parse(['node', 'sweep', ...given], { run: false });
    if (cli.options['help'] === true) return undefined;
    cli.matchedCommand?.checkUnknownOptions();
    cli.matchedCommand?.checkOptionValue();
    cli.matchedCommand?.checkUnusedArgs();
  } catch (cause) {
    throw usage(cause instanceof Error ? cause.message : String(cause), cause);
  }

  const { options } = cli;
  const data = (options['data'] ?? (process.env['SAE_LAB_DATA'] || undefined)) as string | number | undefined;
  const maxFailures = positiveInteger(options['maxFailures'], '--max-failures');
  return {
    file: cli.args[0] ?? join(projectRoot, 'experiments', 'quickstart.ts'),
    dataDir: data === undefined ? join(projectRoot, '.sae-lab') : resolve(String(data)),
    dryRun: options['dryRun'] === true,
    onlyFailed: options['onlyFailed'] === true,
    json: options['json'] === true,
    all: options['all'] === true,
    workers: positiveInteger(options['workers'], '--workers'),
    device: parseDevice(options['device'] ?? 'cpu', '--device'),
    maxFailures: options['failFast'] === true ? 1 : (maxFailures ?? Infinity),
    checkpointSeconds: duration(options['checkpointSeconds'], '--checkpoint-seconds') ?? CHECKPOINT_SECONDS,
    silenceSeconds: duration(options['silenceSeconds'], '--silence-seconds') ?? SILENCE_SECONDS,
  };
}

function positiveInteger(value: unknown, field: string): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw new SaeLabError('cli.usage', {
    problem: 'is not a number to count with',
    field,
    expected: 'a positive integer',
    received: describeValue(value),
  });
}

function duration(value: unknown, field: string): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value > 0 && value <= LONGEST_SECONDS) return value;
  throw new SaeLabError('cli.usage', {
    problem: 'is no duration',
    field,
    expected: `a number of seconds above 0 and not above ${LONGEST_SECONDS}`,
    received: describeValue(value),
  });
}

function usage(problem: string, cause: unknown): SaeLabError {
  return new SaeLabError('cli.usage', { problem, fix: 'See `pnpm sweep --help`.', cause });
}
