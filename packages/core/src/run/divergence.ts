import { SaeLabError } from '@sae-lab/errors';

/** A squared error this many times the variance is no training any more. */
const EXPLODED = 1e4;

/**
 * What to say of a run whose figures are no numbers any more, or whose reconstruction exploded; undefined while
 * it is sound.
 *
 * @param metrics those of a step, or of the evaluation
 */
export function divergenceOf(step: number, metrics: Record<string, number>): SaeLabError | undefined {
  const broken = ['loss', 'explained_variance', 'mse'].find((name) => !Number.isFinite(metrics[name] ?? 0));
  const unexplained = 1 - (metrics['explained_variance'] ?? 0);
  if (broken === undefined && unexplained <= EXPLODED) return undefined;
  return new SaeLabError('run.diverged', {
    problem:
      broken === undefined
        ? `the reconstruction exploded at step ${step}: its error is ${unexplained.toPrecision(3)} times the variance`
        : `${broken} is ${metrics[broken]} at step ${step}`,
    field: 'training.learningRate',
    fix: 'Lower the learning rate, lengthen the warmup or clip the gradient.',
  });
}
