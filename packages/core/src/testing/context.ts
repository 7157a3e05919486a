import { denseOps } from '../codes/dense-ops.ts';
import type { Context, DeadLatents } from '../variant/contract.ts';

/** The context of the first step of a run, with the given members replaced. */
export function trainingContext(given: Partial<Context> & { dead: DeadLatents }): Context {
  return { ops: denseOps, mode: 'train', step: 0, totalSteps: 1, state: {}, ...given };
}
