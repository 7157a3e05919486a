import { openActivations } from '@sae-lab/core/activations';
import { SaeLabError } from '@sae-lab/errors';
import type { EvaluatedHook } from './evaluated-hook.ts';

/** Whether the activations are complete on disk, judged by file sizes. */
export async function activationsAreThere({
  id,
  folder,
}: Pick<EvaluatedHook['activations'], 'id' | 'folder'>): Promise<boolean> {
  const found = await openActivations(folder).catch(() => undefined);
  return found?.id === id;
}

/** Streamed activations are not extracted again for an evaluation: that would fill the disk that they do not fit. */
export function windowIsGone(hooks: readonly string[]): SaeLabError {
  return new SaeLabError('evaluation.no-activations', {
    problem: 'the activations were streamed, and their first window is gone',
    field: `hook ${hooks[0]}`,
    expected: 'the first window, which stays on disk after training',
    fix: 'Train the runs again with `pnpm sweep --force`, which extracts it again.',
  });
}
