import {
  dataOption,
  defineCommand,
  flag,
  integerBetween,
  nameOfOption,
  option,
  positiveInteger,
  type Arguments,
  type OptionValues,
} from '@sae-lab/command-line';
import { HIGHEST_PRIORITY } from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import { LAUNCH_OPTIONS } from './launch-options.ts';
import { refuseOptions } from './refuse-options.ts';
import { TRAINING_OPTIONS } from './training-options.ts';
import { WORKING_COMMAND } from './working-command.ts';

const OPTIONS = {
  dryRun: flag('List the runs and which are already finished; train nothing'),
  listHooks: option({
    value: 'model',
    meaning:
      'List the hooks of a model and their dimensions, and exit. A name on the hub, or a path with . or /',
    parse: (name) => name,
  }),
  detach: flag('Put the runs into the queue for `pnpm worker`, and return'),
  wait: flag('Put the runs into the queue for `pnpm worker`, watch them to the end and print the table'),
  priority: option({
    value: 'n',
    meaning: 'With --detach or --wait: runs with a higher number are trained first',
    otherwise: '0, or as before',
    parse: integerBetween(0, HIGHEST_PRIORITY),
  }),
  onlyFailed: flag('Retry only the runs that failed, diverged, were cancelled or lost their files'),
  failFast: flag('Stop when the first run fails or diverges'),
  maxFailures: option({
    value: 'n',
    meaning: 'Stop when n runs have failed or diverged',
    otherwise: 'no limit',
    parse: positiveInteger,
  }),
  verify: flag("Compare the checksums of finished runs' files, not only their sizes"),
  keepMissing: flag('Do not retrain finished runs whose files are missing or damaged'),
  retrainMissing: flag(
    'With --detach or --wait: retrain finished runs whose files are missing or damaged. Their figures are gone until then',
  ),
  localFiles: flag('Retrain finished runs whose files are not in this data folder'),
  workers: option({
    value: 'n',
    meaning: 'Number of runs trained at once, each in its own process',
    otherwise: '2, but at most one per core and run',
    parse: positiveInteger,
  }),
  ...TRAINING_OPTIONS,
  ...LAUNCH_OPTIONS,
  data: dataOption,
  all: flag('Show every row of a long table'),
  json: flag('Print events as lines of JSON on standard output, and nothing else there'),
};

/** Describes `pnpm sweep` to its parser, its help and docs/reference.md. */
export const command = defineCommand({
  name: 'pnpm sweep',
  summary: 'Trains the sweep that an experiment file defines, then prints a table that compares its runs.',
  operands: [{ name: 'file', meaning: 'Experiment to run', default: 'experiments/quickstart.ts' }],
  options: OPTIONS,
  examples: [
    'pnpm sweep',
    'pnpm sweep experiments/six-variants.ts --dry-run',
    'pnpm sweep experiments/six-variants.ts --workers 4 --data /data/lab',
    'pnpm sweep experiments/six-variants.ts --detach',
    'pnpm sweep experiments/six-variants.ts --prepare /scratch/spool --on slurm --tasks 8',
    'pnpm sweep --list-hooks EleutherAI/pythia-70m-deduped',
  ],
  notes: [
    "A run's identity is a hash of everything that affects its result. Finished runs are reused, even from another " +
      'sweep, as long as their files exist. Interrupted runs continue from their checkpoint and failed runs are ' +
      'retried. A diverged run would diverge again, and a cancelled one is not wanted: both are retried only with --only-failed.',
    'Ctrl-C stops after the current step and saves checkpoints; a second Ctrl-C kills the workers.',
  ],
  ...WORKING_COMMAND,
});

/** The parsed arguments of the command. */
export interface CommandOptions extends Omit<
  OptionValues<typeof OPTIONS>,
  'data' | 'failFast' | 'maxFailures'
> {
  /** The experiment's file. */
  readonly file: string;
  readonly dataDir: string;
  /** Infinity for no limit. */
  readonly maxFailures: number;
}

/** Workers are started for prepared runs. */
function requireLauncher({
  prepare,
  detach,
  on,
  ...others
}: Pick<OptionValues<typeof OPTIONS>, 'prepare' | 'detach' | 'on' | 'tasks' | 'atOnce' | 'sbatch'>): void {
  const needed = (field: string, what: string): SaeLabError =>
    new SaeLabError('cli.usage', {
      problem: `needs ${what}`,
      field,
      fix: 'Write: pnpm sweep <experiment> --detach --on slurm, or --prepare <folder> --on slurm',
    });
  if (on !== undefined && prepare === undefined && !detach) {
    throw needed(nameOfOption('on'), '--detach, or --prepare <folder>');
  }
  const given = (['tasks', 'atOnce', 'sbatch'] as const).find((key) => others[key] !== undefined);
  if (given !== undefined && on === undefined) throw needed(nameOfOption(given), '--on');
}

/** Runs that are handed over are trained with the options of the workers. */
function refuseWithoutEffect(options: OptionValues<typeof OPTIONS>): void {
  const training = ['workers', 'failFast', 'maxFailures', 'localFiles'] as const;
  const { prepare, detach, wait } = options;
  if (prepare !== undefined) {
    refuseOptions(options, ['detach', 'wait', ...training, 'onlyFailed', 'verify', 'keepMissing'], {
      problem: 'has no effect together with --prepare',
      fix: 'Leave it out: a spool has all runs, and `pnpm worker --spool` trains those that are not finished.',
    });
  }
  if (detach || wait) {
    refuseOptions(options, training, {
      problem: `has no effect together with ${detach ? '--detach' : '--wait'}`,
      fix: 'Leave it out. `pnpm worker` has its own options.',
    });
  } else {
    refuseOptions(options, ['priority', 'retrainMissing'], {
      problem: 'is for runs in the queue',
      fix: 'Add --detach or --wait, or leave it out.',
    });
  }
}

/** @param quickstart the experiment to run if none is named */
export function commandOptions(
  { options, operands }: Arguments<typeof OPTIONS>,
  quickstart: string,
): CommandOptions {
  refuseWithoutEffect(options);
  const { data, failFast, maxFailures = Infinity, ...rest } = options;
  requireLauncher(rest);
  return {
    ...rest,
    file: operands[0] ?? quickstart,
    dataDir: data,
    maxFailures: failFast ? 1 : maxFailures,
  };
}
