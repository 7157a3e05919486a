/** What is said where activations themselves, not what is trained on them, are why a run cannot go on. */
import { SaeLabError } from '@sae-lab/errors';

/** @param which e.g. 'that are trained on' */
export function activationsNotFinite(which: string): SaeLabError {
  return new SaeLabError('activations.not-finite', {
    problem: `among the activations ${which} are values that are not finite`,
    field: 'activations',
    expected: 'finite numbers',
    received: 'NaN or infinity',
    fix: 'Check the model: another hook, or weights of higher precision, may have none.',
  });
}

/**
 * @param hook where they are from
 * @param isZero whether all of them are 0
 */
export function activationsConstant(hook: string, rows: number, isZero: boolean): SaeLabError {
  return new SaeLabError('activations.constant', {
    problem: 'the activations do not vary, so there is nothing to learn from them',
    field: `hook ${hook}`,
    expected: 'at least two training activations that differ',
    received: isZero ? `${rows} that are all 0` : `${rows} that are all equal`,
    fix: "Choose another hook, or check the model's export; for synthetic activations, raise active or rows.",
  });
}

/** @param normalize whether the run scales activations */
export function activationsOutOfRange(meanSquaredNorm: number, normalize: boolean): SaeLabError {
  return new SaeLabError('activations.out-of-range', {
    problem: 'squares of the activations do not fit into float32, in which an SAE is trained',
    field: 'activations',
    expected: 'norms well within 1e-15 to 1e15',
    received: `a mean squared norm of ${meanSquaredNorm.toPrecision(3)}`,
    fix: normalize
      ? 'Choose another hook, or check the model.'
      : 'Set training.normalize to true, or choose another hook.',
  });
}
