import { environment, visibleText } from '@sae-lab/command-line';
import type { SweepPlan } from '../plan/sweep-plan.ts';
import type { EnqueuedSweep } from '../queue/enqueue-sweep.ts';
import { dashboardCommand, dataArgument } from './dashboard-command.ts';

/** What was put into the queue, and how to go on. */
export function enqueuedText(
  { experiment: { file, definition } }: SweepPlan,
  { pending, finished, diverged, cancelled, queue }: EnqueuedSweep,
  { dataDir }: { readonly dataDir: string },
): string {
  const runs = (count: number): string => `${count} ${count === 1 ? 'run' : 'runs'}`;
  const earlier = [
    ...(finished > 0 ? [`${finished} finished earlier`] : []),
    ...(diverged > 0 ? [`${diverged} diverged earlier`] : []),
    ...(cancelled > 0 ? [`${cancelled} cancelled earlier`] : []),
  ];
  const also = earlier.length > 0 ? ` (${earlier.join(', ')})` : '';
  const data = dataArgument(dataDir);
  const gpu = queue === 'train.gpu' ? ' --device auto' : '';
  const where =
    environment('DATABASE_URL') === undefined
      ? 'on this machine; machines of a cluster need DATABASE_URL'
      : `on any machine with the same DATABASE_URL${environment('SAE_LAB_STORE') === undefined ? '' : ' and SAE_LAB_STORE'}`;
  return [
    `${visibleText(definition.name)}: ${runs(pending)} in the queue ${queue}${also}.`,
    ...(pending === 0 ? [] : [`Train them ${where}:  pnpm worker${gpu}${data}`]),
    `Watch them:  pnpm sweep ${visibleText(file)} --wait${data}  or  ${dashboardCommand(dataDir)}`,
  ].join('\n');
}

export function enqueuedJson(plan: SweepPlan, enqueued: EnqueuedSweep): string {
  const { runs, sweepId, pending, finished, diverged, cancelled, queue, warnings } = enqueued;
  const { name } = plan.experiment.definition;
  const counts = { runs: runs.length, pending, finished, diverged, cancelled };
  return JSON.stringify({ type: 'sweep.enqueued', sweepId, name, queue, ...counts, warnings });
}
