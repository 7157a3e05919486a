/** The files of exported graphs: plain ones in several precisions, by the names of transformers.js. */
import { SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';

/** The dtypes of transformers.js, and the suffix that each gives to the name of its file. */
const SUFFIXES = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
  q2: '_q2',
  q2f16: '_q2f16',
  q1: '_q1',
  q1f16: '_q1f16',
} as const;

/** A variant of an exported graph. */
export type Dtype = keyof typeof SUFFIXES;
const DTYPES = Object.keys(SUFFIXES) as Dtype[];

export const dtypeSchema = z
  .enum(DTYPES)
  .describe(
    'The variant of the exported ONNX graph: `fp32` is model.onnx, `fp16` is model_fp16.onnx, `q8` is model_quantized.onnx, ' +
      'and any other has its name as a suffix. It takes precedence over weights in safetensors. By default float32, or ' +
      'float16 if there is no other.',
  );

/** Variants that are used without a dtype, in order of preference. */
const DEFAULTS: readonly Dtype[] = ['fp32', 'fp16'];

/** Graphs that are used without a dtype, in order of preference. */
export const GRAPHS = DEFAULTS.flatMap(graphsOf);

/**
 * The exported graph to use.
 *
 * @param paths files of the model, relative to its folder
 * @returns undefined if there is none with this dtype, or none in float32 or float16
 */
export function findGraph(paths: readonly string[], dtype: Dtype | undefined): string | undefined {
  const there = new Set(paths);
  return (dtype === undefined ? GRAPHS : graphsOf(dtype)).find((path) => there.has(path));
}

/** {@link findGraph}, or the graph of any variant if no dtype was chosen: all variants have the same hooks. */
export function findAnyGraph(paths: readonly string[], dtype: Dtype | undefined): string | undefined {
  return findGraph(paths, dtype ?? variantsIn(paths)[0]);
}

/** The dtypes of the graphs among some files. */
export function variantsIn(paths: readonly string[]): Dtype[] {
  return DTYPES.filter((dtype) => findGraph(paths, dtype) !== undefined);
}

/**
 * The error for a model without a graph of the dtype.
 *
 * @param model folder or name of the model
 * @param paths all its files
 */
export function missingVariant(
  model: string,
  paths: readonly string[],
  dtype: Dtype | undefined,
): SaeLabError {
  const variants = variantsIn(paths);
  const merged = mergedIn(paths);
  if (variants.length === 0 && merged !== undefined) return mergedDecoder(`${model}, ${merged}`);
  const wanted = dtype === undefined ? 'in float32 or float16' : `with the dtype ${dtype}`;
  return new SaeLabError('model.missing-variant', {
    problem: `${model} has no ONNX graph ${wanted}`,
    field: 'model.dtype',
    expected: variants.length === 0 ? 'no dtype: the model has no ONNX graph' : variants.join(', '),
    received: dtype ?? 'no dtype',
    fix:
      variants.length === 0
        ? 'Leave out the dtype, so that the graph is built from weights in safetensors, or choose another repository.'
        : `Set dtype to ${variants.length === 1 ? `'${variants[0]}'` : 'one of these'}.`,
  });
}

/** The first merged decoder among some files. */
export function mergedIn(paths: readonly string[]): string | undefined {
  return paths.find((path) => /_merged(_\w+)?\.onnx$/.test(path));
}

/** The error for a merged decoder: a graph that uses `If` nodes to decide at run time whether to use the cache. */
export function mergedDecoder(path: string): SaeLabError {
  return new SaeLabError('model.merged-decoder', {
    problem: 'a merged decoder cannot be cut at a hook: its layers are inside an If node',
    field: path,
    expected: 'weights in safetensors, or a plain graph: model.onnx or decoder_model.onnx',
    fix: 'Use the repository with the original weights in safetensors, or put a plain graph into the same folder (optimum-cli export onnx --no-post-process).',
  });
}

/** Paths of the graphs of a dtype, in order of preference. */
function graphsOf(dtype: Dtype): string[] {
  return ['onnx/', ''].flatMap((folder) =>
    ['model', 'decoder_model'].map((graph) => `${folder}${graph}${SUFFIXES[dtype]}.onnx`),
  );
}
