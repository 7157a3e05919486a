import { join, resolve } from 'node:path';
import { readArguments } from '@sae-lab/command-line';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import { DEVICES, parseDevice, type Device } from '@sae-lab/kernels';

export interface CommandOptions {
  /** The experiment's file. */
  readonly file: string;
  readonly dataDir: string;
  readonly dryRun: boolean;
  readonly onlyFailed: boolean;
  readonly verify: boolean;
  readonly keepMissing: boolean;
  readonly localFiles: boolean;
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

export const HELP = `Usage: pnpm sweep [file] [options]

Trains the sweep that an experiment file defines (experiments/quickstart.ts if none is named).

Options:
  --dry-run                 List the runs and which are already finished; train nothing
  --only-failed             Try again the runs that failed, diverged or lost their files, and no others
  --fail-fast               Stop at the first run that fails or diverges
  --max-failures <n>        Stop when n runs have failed or diverged
  --verify                  Compare the checksums of finished runs' files, not only their sizes
  --keep-missing            Do not train finished runs again whose files are missing or damaged
  --local-files             Train finished runs again whose files are not in this data folder
  --workers <n>             Runs trained at once, a process each (2, or fewer where there are fewer cores or runs)
  --device <name>           Where to train: ${DEVICES.join(', ')} (cpu)
  --checkpoint-seconds <s>  Write a checkpoint of each run this often (${CHECKPOINT_SECONDS})
  --silence-seconds <s>     Give a run up when its process shows no sign of life for this long (${SILENCE_SECONDS})
  --data <folder>           Data folder ($SAE_LAB_DATA, else .sae-lab in the project)
  --all                     Show every row of a long table
  --json                    Print events as lines of JSON, and nothing else, on standard output
  -h, --help                Show this

A run is identified by all that decides its result. What is finished is not trained again, in whichever sweep it
was trained, as long as its files are there; what was interrupted goes on from its checkpoint, what failed is tried
again. A run that diverged would do so again, and waits for --only-failed.

Exit code: 0 all runs are finished, 1 some failed or diverged, 2 the command or the sweep's definition is wrong and
nothing was started; 130, 143 and 129 interrupted by Ctrl-C, SIGTERM and a closed terminal.

Environment: SAE_LAB_DATA (data folder), DATABASE_URL (a Postgres to use instead of the embedded one),
SAE_LAB_DEBUG=1 (stacks of errors).`;

const OPTIONS = {
  'dry-run': 'flag',
  'only-failed': 'flag',
  'fail-fast': 'flag',
  'max-failures': 'text',
  verify: 'flag',
  'keep-missing': 'flag',
  'local-files': 'flag',
  workers: 'text',
  device: 'text',
  'checkpoint-seconds': 'text',
  'silence-seconds': 'text',
  data: 'text',
  all: 'flag',
  json: 'flag',
} as const;

/**
 * Reads the command line. Undefined when help is asked for.
 *
 * @throws SaeLabError `cli.usage`
 */
export function parseOptions(argv: readonly string[], projectRoot: string): CommandOptions | undefined {
  const read = readArguments(argv, { name: 'pnpm sweep', options: OPTIONS, operands: 1 });
  if (read === undefined) return undefined;
  const { options, operands } = read;
  const data = options.data ?? (process.env['SAE_LAB_DATA'] || undefined);
  const maxFailures = positiveInteger(options['max-failures'], '--max-failures');
  return {
    file: operands[0] ?? join(projectRoot, 'experiments', 'quickstart.ts'),
    dataDir: data === undefined ? join(projectRoot, '.sae-lab') : resolve(data),
    dryRun: options['dry-run'] === true,
    onlyFailed: options['only-failed'] === true,
    verify: options.verify === true,
    keepMissing: options['keep-missing'] === true,
    localFiles: options['local-files'] === true,
    json: options.json === true,
    all: options.all === true,
    workers: positiveInteger(options.workers, '--workers'),
    device: parseDevice(options.device ?? 'cpu', '--device'),
    maxFailures: options['fail-fast'] === true ? 1 : (maxFailures ?? Infinity),
    checkpointSeconds: duration(options['checkpoint-seconds'], '--checkpoint-seconds') ?? CHECKPOINT_SECONDS,
    silenceSeconds: duration(options['silence-seconds'], '--silence-seconds') ?? SILENCE_SECONDS,
  };
}

function positiveInteger(text: string | undefined, field: string): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value > 0 && Number.isSafeInteger(value)) return value;
  throw new SaeLabError('cli.usage', {
    problem: 'must be a positive integer',
    field,
    received: describeValue(text),
  });
}

function duration(text: string | undefined, field: string): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^(\d+\.?\d*|\.\d+)$/.test(text) && value > 0 && value <= LONGEST_SECONDS) return value;
  throw new SaeLabError('cli.usage', {
    problem: 'must be a number of seconds',
    field,
    expected: `more than 0 and at most ${LONGEST_SECONDS}`,
    received: describeValue(text),
  });
}
