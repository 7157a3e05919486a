import { openActivations } from '@sae-lab/core/activations';
import type { EvaluatedHook } from './evaluated-hook.ts';

/** Whether the activations are complete on disk, judged by file sizes. */
export async function activationsAreThere({ id, folder }: EvaluatedHook['activations']): Promise<boolean> {
  const found = await openActivations(folder).catch(() => undefined);
  return found?.id === id;
}
