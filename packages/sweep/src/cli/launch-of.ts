import { PROJECT_ROOT } from '@sae-lab/command-line';
import type { Launch } from '../launch/launch-on-slurm.ts';
import type { SweepPlan } from '../plan/sweep-plan.ts';
import type { CommandOptions } from './command.ts';

/** The workers that `--on` starts for a sweep. */
export function launchOf(
  plan: SweepPlan,
  { tasks, atOnce, sbatch, device }: CommandOptions,
  { folder, workerArgs }: Pick<Launch, 'folder' | 'workerArgs'>,
): Launch {
  return {
    name: plan.experiment.definition.name,
    projectRoot: PROJECT_ROOT,
    folder,
    workerArgs: [...workerArgs, ...(device === 'cpu' ? [] : ['--device', device])],
    runs: plan.runs.length,
    tasks,
    atOnce,
    sbatchOptions: sbatch ?? [],
  };
}
