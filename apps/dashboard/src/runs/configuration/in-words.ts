import { integer, short } from '@sae-lab/measures';

const number = short(6);

/** A share of the run: 0.05 becomes `5 %`. */
function share(value: unknown): string {
  return `${number(Number((Number(value) * 100).toPrecision(6)))} %`;
}

/**
 * How a run trains, in sentences. Settings that are off or absent have no words.
 *
 * @param totalSteps optimiser steps, once they are known
 */
export function trainingInWords(
  training: Readonly<Record<string, unknown>>,
  totalSteps: number | null,
): string[] {
  const { batchSize, tokens, epochs, steps, learningRate, warmup, decay, sparsityWarmup } = training;
  const { gradientClip, normalize, windowRows, resample } = training;
  const batch = batchSize === 'all' ? 'the whole training set' : `${integer(Number(batchSize))} activations`;
  const length =
    typeof tokens === 'number'
      ? `on ${integer(tokens)} activations, ${batch} a step`
      : typeof epochs === 'number'
        ? `for ${number(epochs)} ${epochs === 1 ? 'pass' : 'passes'} over the training set, ${batch} a step`
        : `for ${integer(Number(steps ?? totalSteps))} steps of ${batch}`;
  const known = totalSteps !== null && steps === undefined ? ` (${integer(totalSteps)} steps)` : '';
  const schedule = [
    ...(isOn(warmup) ? [`rising over the first ${share(warmup)} of the run`] : []),
    ...(isOn(decay) ? [`falling to 0 over the last ${share(decay)}`] : []),
  ];
  return [
    `Trained ${length}${known}, with Adam at a learning rate of ${number(Number(learningRate))}${schedule.length > 0 ? `, ${schedule.join(' and ')}` : ''}.`,
    ...(isOn(sparsityWarmup) ? [`Sparsity terms rise over the first ${share(sparsityWarmup)}.`] : []),
    ...(typeof gradientClip === 'number'
      ? [`The gradient is clipped to a norm of ${number(gradientClip)}.`]
      : []),
    ...(normalize === true ? ['Activations are scaled to a mean squared norm of their dimension.'] : []),
    ...(typeof windowRows === 'number'
      ? [`Activations are shuffled in windows of ${integer(windowRows)}.`]
      : []),
    ...(typeof resample === 'object' && resample !== null
      ? [`Dead latents are reinitialised every ${share((resample as { every?: number }).every)} of the run.`]
      : []),
  ];
}

function isOn(value: unknown): boolean {
  return typeof value === 'number' && value > 0;
}

/** How SAEs are evaluated, in a sentence. */
export function evaluationInWords({ holdout, maxTokens }: Readonly<Record<string, unknown>>): string {
  const on =
    holdout === 0 ? 'the training activations' : `${share(holdout)} of the documents, which no run trains on`;
  return `Evaluated on ${on}${typeof maxTokens === 'number' ? `, on at most ${integer(maxTokens)} activations` : ''}.`;
}
