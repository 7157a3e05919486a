/**
 * Factor of the peak learning rate at a step. Rises linearly over the warmup and falls linearly to 0 over the decay, at
 * the end of the run.
 *
 * @param step from 0 to totalSteps − 1
 * @param warmup fraction of the run
 * @param decay fraction of the run
 */
export function learningRateFactor(step: number, totalSteps: number, warmup: number, decay: number): number {
  const decaySteps = Math.floor(decay * totalSteps);
  const falling = decaySteps === 0 ? 1 : Math.min(1, (totalSteps - step) / decaySteps);
  return Math.min(warmupFactor(step, totalSteps, warmup), falling);
}

/**
 * Whether dead latents are resampled after this many completed steps. Never after the last step: the fresh latents would
 * be saved untrained.
 *
 * @param every fraction of the run
 * @param until fraction of the run
 */
export function isResampleStep(
  stepsDone: number,
  totalSteps: number,
  { every, until }: { every: number; until: number },
): boolean {
  const interval = Math.max(1, Math.round(every * totalSteps));
  const last = Math.min(Math.round(until * totalSteps), totalSteps - 1);
  return stepsDone % interval === 0 && stepsDone <= last;
}

/** Rises linearly from 1/n to 1 over the first n = warmup · totalSteps steps. */
export function warmupFactor(step: number, totalSteps: number, warmup: number): number {
  const warmupSteps = Math.floor(warmup * totalSteps);
  return warmupSteps === 0 ? 1 : Math.min(1, (step + 1) / warmupSteps);
}
