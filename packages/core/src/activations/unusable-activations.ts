/** Errors of runs that fail because of their activations. */
import { SaeLabError } from '@sae-lab/errors';

export function activationsNotFinite(purpose: 'training' | 'evaluation'): SaeLabError {
  return new SaeLabError('activations.not-finite', {
    problem: `the ${purpose} activations contain non-finite values`,
    field: 'activations',
    expected: 'finite numbers',
    received: 'NaN or infinity',
    fix: 'Check the model. Another hook, or weights of higher precision, may be finite.',
  });
}

/**
 * @param hook name of the hook
 * @param isZero whether all activations are 0
 */
export function activationsConstant(hook: string, rows: number, isZero: boolean): SaeLabError {
  return new SaeLabError('activations.constant', {
    problem: 'the activations are constant, so there is nothing to learn',
    field: `hook ${hook}`,
    expected: 'at least two training activations that differ',
    received: isZero ? `${rows} that are all 0` : `${rows} that are all equal`,
    fix: "Choose another hook, or check the model's export; for synthetic activations, raise active or rows.",
  });
}

/** @param normalize whether the run scales activations */
export function activationsOutOfRange(meanSquaredNorm: number, normalize: boolean): SaeLabError {
  return new SaeLabError('activations.out-of-range', {
    problem: 'squares of the activations do not fit float32, in which SAEs are trained',
    field: 'activations',
    expected: 'norms well within 1e-15 to 1e15',
    received: `a mean squared norm of ${meanSquaredNorm.toPrecision(3)}`,
    fix: normalize
      ? 'Choose another hook, or check the model.'
      : 'Set training.normalize to true, or choose another hook.',
  });
}
