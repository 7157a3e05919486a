import { SaeLabError } from '@sae-lab/errors';

/** The error for a tensor that is neither float32 nor float16. */
export function notFloat(what: string, received: string): SaeLabError {
  return new SaeLabError('model.not-float', {
    problem: `the graph's ${what} is neither float32 nor float16`,
    field: 'model',
    expected: 'a model exported in float32 or float16',
    received,
    fix: 'Use the float32 graph (model.onnx).',
  });
}
