import { join } from 'node:path';
import { makeFolder, writeAtomic } from '@sae-lab/core/files';
import { slurmScript, type SlurmJob } from './slurm-script.ts';
import { submitToSlurm } from './submit.ts';

export interface Launch extends Omit<SlurmJob, 'logFolder' | 'tasks'> {
  /** Where the script and the output of the workers are kept. */
  readonly folder: string;
  /** Runs to train. */
  readonly runs: number;
  readonly tasks: number | undefined;
}

/** Workers for a sweep, if no number is given. */
const MOST_TASKS = 16;

/** The script that {@link launchOnSlurm} submits. */
export function scriptOf({ folder, runs, tasks, ...job }: Launch): string {
  return slurmScript({
    ...job,
    logFolder: join(folder, 'logs'),
    tasks: tasks ?? Math.max(1, Math.min(runs, MOST_TASKS)),
  });
}

/**
 * Submits workers to Slurm.
 *
 * @returns a sentence for the author
 * @throws {SaeLabError} `launch.no-sbatch`, `launch.refused`, `files.*`
 */
export async function launchOnSlurm(launch: Launch): Promise<string> {
  const logs = join(launch.folder, 'logs');
  const script = join(launch.folder, 'slurm.sh');
  await makeFolder(logs);
  await writeAtomic(script, scriptOf(launch));
  return `Submitted job ${await submitToSlurm(script)} to Slurm. Its output is in ${logs}.`;
}
