import { resolve } from 'node:path';
import { option, positiveInteger } from '@sae-lab/command-line';
import { describeValue, SaeLabError } from '@sae-lab/errors';

/** Options of `pnpm sweep` that hand its runs to workers on other machines. */
export const LAUNCH_OPTIONS = {
  prepare: option({
    value: 'folder',
    meaning:
      'Write the runs and their activations into a folder, for workers that cannot reach the database; train nothing',
    parse: (given) => resolve(given),
  }),
  on: option({
    value: 'launcher',
    meaning: 'Start workers for the runs of --detach or --prepare: slurm',
    parse: launcherNamed,
  }),
  tasks: option({
    value: 'n',
    meaning: 'Number of workers that --on starts',
    otherwise: 'one per run, at most 16',
    parse: positiveInteger,
  }),
  atOnce: option({
    value: 'n',
    meaning: 'Number of these workers that run at the same time',
    otherwise: 'no limit',
    parse: positiveInteger,
  }),
  sbatch: option({
    value: 'options',
    meaning: 'More options of sbatch: --sbatch="--partition=gpu --time=4:00:00"',
    parse: (given) => given.split(/\s+(?=-)/).map((one) => one.trim()),
  }),
};

function launcherNamed(given: string, field: string): 'slurm' {
  if (given === 'slurm') return given;
  throw new SaeLabError('cli.usage', {
    problem: 'is not a launcher',
    field,
    expected: 'slurm',
    received: describeValue(given),
    fix: 'docs/deploying has the commands for Kubernetes, SkyPilot, dstack and Ray.',
  });
}
