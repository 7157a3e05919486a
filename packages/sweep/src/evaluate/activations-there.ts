import { basename } from 'node:path';
import { openActivations } from '@sae-lab/core/activations';
import { SaeLabError } from '@sae-lab/errors';
import type { EvaluatedHook } from './evaluated-hook.ts';

/** Whether the activations are complete on disk, judged by file sizes. Of streamed ones the first window is enough. */
export async function activationsAreThere({
  id,
  folder,
}: Pick<EvaluatedHook['activations'], 'id' | 'folder'>): Promise<boolean> {
  const found = await openActivations(folder).catch(() => undefined);
  return found !== undefined && (found.id === id || isFirstWindow(folder, id));
}

/** Whether a folder has the first window of a stream, whose identity includes its number of rows. */
export function isFirstWindow(folder: string, id: string): boolean {
  return basename(folder) !== id;
}

/** Streamed activations are not extracted again for an evaluation: that would fill the disk that they do not fit. */
export function windowIsGone(hooks: readonly string[]): SaeLabError {
  return new SaeLabError('evaluation.no-activations', {
    problem: 'the activations were streamed, and their first window is gone',
    field: `hook ${hooks[0]}`,
    expected: 'the first window, which stays on disk after training',
    fix: 'Restore the data folder, or train again in another one: --data.',
  });
}
