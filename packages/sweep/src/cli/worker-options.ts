import { resolve } from 'node:path';
import {
  dataOption,
  defineCommand,
  duration,
  option,
  positiveInteger,
  flag,
  type Arguments,
  type OptionValues,
} from '@sae-lab/command-line';
import { expectedName, SaeLabError } from '@sae-lab/errors';
import { QUEUES, type QueueName } from '../queue/queues.ts';
import { refuseOptions } from './refuse-options.ts';
import { TRAINING_OPTIONS } from './training-options.ts';
import { WORKING_COMMAND, WORKING_ENVIRONMENT } from './working-command.ts';

const OPTIONS = {
  queues: option<readonly QueueName[]>({
    value: 'names',
    meaning: `Queues to take work from, separated by commas: ${QUEUES.join(', ')}`,
    otherwise: 'all but the training queue of other devices',
    parse: parseQueues,
  }),
  for: option({
    value: 'time',
    meaning: 'End after this time, e.g. 3h50m; runs write a checkpoint and are handed back',
    otherwise: 'no limit',
    parse: duration,
  }),
  idle: option({
    value: 'time',
    meaning: 'End after this time without work, e.g. 5m',
    otherwise: 'end once everything in the queues is done',
    parse: duration,
  }),
  concurrency: option({
    value: 'n',
    meaning: 'Number of runs trained at once, each in its own process',
    otherwise: '2, but at most one per core',
    parse: concurrency,
  }),
  ...TRAINING_OPTIONS,
  grace: option({
    value: 'time',
    meaning:
      'Time for runs to write a checkpoint when the worker is stopped; then their processes are killed',
    default: 20,
    otherwise: '20s',
    parse: duration,
  }),
  spool: option({
    value: 'folder',
    meaning: 'Train the runs that `pnpm sweep --prepare` wrote into a folder, without a database',
    parse: (given) => resolve(given),
  }),
  threads: option({
    value: 'n',
    meaning: 'With --spool: threads of a run',
    otherwise: 'one per core',
    parse: positiveInteger,
  }),
  data: dataOption,
  json: flag('Print events as lines of JSON on standard output, and nothing else there'),
};

/** Describes `pnpm worker` to its parser, its help and docs/reference.md. */
export const workerCommandLine = defineCommand({
  name: 'pnpm worker',
  summary:
    'Trains runs that `pnpm sweep --detach` or `--wait` put into the queue, on any machine that reaches the database, or ' +
    'those of a spool, without a database.',
  options: OPTIONS,
  examples: [
    'pnpm worker --for 3h50m --idle 5m',
    'DATABASE_URL=postgres://lab@db.example.org/lab pnpm worker --data /shared/lab',
    'pnpm worker --queues train.gpu,extract --device cuda --concurrency 1',
    'pnpm worker --spool /scratch/spool',
  ],
  notes: [
    'Ctrl-C, SIGTERM and SIGUSR1 stop the worker: runs write a checkpoint and are handed back to the queue. A worker that ' +
      'dies loses at most the time since the last checkpoint: others take its runs over.',
  ],
  environment: WORKING_ENVIRONMENT,
  exitCodes: WORKING_COMMAND.exitCodes,
});

/** The parsed arguments of the command. */
export interface WorkerOptions extends Omit<OptionValues<typeof OPTIONS>, 'data' | 'for' | 'idle' | 'grace'> {
  readonly dataDir: string;
  readonly forSeconds: number | undefined;
  readonly idleSeconds: number | undefined;
  readonly graceSeconds: number;
}

/** @throws {SaeLabError} `cli.usage` for an option without effect */
export function workerOptions({ options }: Arguments<typeof OPTIONS>): WorkerOptions {
  if (options.spool === undefined) {
    refuseOptions(options, ['threads'], {
      problem: 'is for --spool',
      fix: 'Leave it out. The cores are divided among the runs that are trained at once: --concurrency.',
    });
  } else {
    refuseOptions(options, ['queues', 'for', 'idle', 'concurrency', 'json'], {
      problem: 'has no effect together with --spool',
      fix: 'Leave it out: a worker of a spool trains one run after another until none is left.',
    });
  }
  const { data, for: forSeconds, idle: idleSeconds, grace: graceSeconds, ...rest } = options;
  return { ...rest, dataDir: data, forSeconds, idleSeconds, graceSeconds };
}

/** Each has a process, and asks the database for work. */
const MOST_AT_ONCE = 256;

function concurrency(given: string, field: string): number {
  const runs = positiveInteger(given, field);
  if (runs <= MOST_AT_ONCE) return runs;
  throw new SaeLabError('cli.usage', {
    problem: 'is more than one machine can train at once',
    field,
    expected: `at most ${MOST_AT_ONCE}`,
    received: given,
  });
}

function parseQueues(given: string, field: string): readonly QueueName[] {
  const names = given.split(',');
  const unknown = names.find((name) => !QUEUES.some((known) => known === name));
  if (unknown === undefined) return QUEUES.filter((name) => names.includes(name));
  throw new SaeLabError('cli.usage', {
    problem: 'is not a queue',
    field,
    expected: expectedName(unknown, QUEUES),
    received: JSON.stringify(unknown),
  });
}
