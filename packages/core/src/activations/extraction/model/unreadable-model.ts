import { SaeLabError } from '@sae-lab/errors';

/** The error for a file that is not an ONNX model, or is inconsistent. */
export function unreadableModel(path: string, problem: string, cause?: unknown): SaeLabError {
  return new SaeLabError('model.unreadable', {
    problem: `not an ONNX model: ${problem}`,
    field: path,
    expected: 'an ONNX ModelProto with a graph',
    fix: 'Download or export the file again. It may be truncated, or a Git LFS pointer.',
    cause,
  });
}
