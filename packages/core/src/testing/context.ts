import { denseOps } from '../codes/dense-ops.ts';
import type { Context, DeadLatents } from '../variant/contract.ts';

/** What a variant sees in the first step of a run, except for what is given. */
export function trainingContext(given: Partial<Context> & { dead: DeadLatents }): Context {
  return { ops: denseOps, mode: 'train', step: 0, totalSteps: 1, state: {}, ...given };
}
