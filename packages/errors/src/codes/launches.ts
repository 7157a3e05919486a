import type { ErrorInfo } from './error-info.ts';

/** Errors of starting workers on a cluster. */
export const LAUNCH_ERRORS = {
  'launch.no-sbatch': {
    meaning: 'Slurm is not installed on this machine.',
    fix: 'Run the command on a login node, or copy the script that the message names there and submit it.',
  },
  'launch.refused': {
    meaning: 'Slurm did not accept the job.',
    fix: 'Read its answer in the message. `--sbatch` passes more options, e.g. a partition.',
  },
} as const satisfies Record<string, ErrorInfo>;
