import type { NodeProto } from 'onnx-buf';
import { FLOAT } from '../element-type.ts';
import { copyNodes } from './copy-nodes.ts';
import { node } from './node.ts';

/** Inputs of edited graphs besides the tensors of the model. No exporter writes names with spaces. */
export const ROWS = 'splice rows';

/** The input for a tensor of the model. Half precision is fed as float32: the runtime does not take it from JavaScript. */
export function fedName(tensor: string): string {
  return `${tensor} as fed`;
}

interface CopiedTail {
  /** The tensor of which the rows are kept; see `rowsTensor`. */
  readonly kept: string;
  readonly logits: string;
  /** The spliced tensor, if the copy reads 'spliced tensor' instead. */
  readonly tensor?: string | undefined;
}

/**
 * Copies the part of a model after a hook, and takes the distributions of the next token at the rows of {@link ROWS}.
 *
 * @returns nodes that compute `<name> log probabilities`, [rows, 1, vocabulary] in float32
 */
export function nextTokenNodes(
  tail: readonly NodeProto[],
  name: 'clean' | 'spliced',
  { kept, logits, tensor }: CopiedTail,
): NodeProto[] {
  const prefix = `${name}: `;
  const computed = new Set(tail.flatMap(({ output }) => output));
  const replaced = new Map<string, string>(tensor === undefined ? [] : [[tensor, 'spliced tensor']]);
  const allRows = replaced.get(kept) ?? (computed.has(kept) ? prefix + kept : kept);
  const rows = `${name} rows`;
  replaced.set(kept, rows);
  const nodes = copyNodes(tail, prefix, replaced);
  const gather = node('GatherND', [allRows, ROWS], rows);
  // The rows are read by the nodes after the one that computes them.
  const at = nodes.findIndex(({ output }) => output.includes(allRows)) + 1;
  return [
    ...nodes.slice(0, at),
    gather,
    ...nodes.slice(at),
    cast(kept === logits ? rows : prefix + logits, `${name} logits`, FLOAT),
    node('LogSoftmax', [`${name} logits`], `${name} log probabilities`, { attributes: { axis: -1 } }),
  ];
}

export function cast(from: string, to: string, elemType: number): NodeProto {
  return node('Cast', [from], to, { attributes: { to: elemType } });
}
