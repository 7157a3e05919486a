/** The final norm and the unembedding of a model: the part of its graph from the last residual stream to the logits. */
import { create } from '@bufbuild/protobuf';
import {
  GraphProtoSchema,
  TypeProtoSchema,
  TypeProto_TensorSchema,
  ValueInfoProtoSchema,
  type GraphProto,
  type ValueInfoProto,
} from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { decodeFloat16, encodeFloat16 } from '../../store/float16.ts';
import type { SessionOptions } from './activation-session.ts';
import { cutGraph } from './cut-graph.ts';
import { FLOAT, FLOAT16 } from './element-type.ts';
import type { Hook } from './hooks.ts';
import type { LanguageModel } from './language-model.ts';

/** The final norm and the unembedding, ready to run. */
export interface Unembedding {
  /** Dimensions of the residual stream. */
  readonly width: number;
  /**
   * @param residual values of the residual stream after the last layer, [rows, width]
   * @returns logits, [rows, vocabulary]
   */
  run(residual: Float32Array, rows: number): Promise<{ logits: Float32Array; vocabulary: number }>;
  close(): Promise<void>;
}

/** The tensor of the residual stream after the last layer. */
type Residual = Pick<Hook, 'tensor' | 'dIn'>;

/** An unembedding, or why there is none for a hook. */
export type FoundUnembedding = { readonly unembedding: Unembedding } | { readonly missing: string };

export const LOGITS = 'logits';

/** Hooks whose values are the residual stream or are added to it. */
const STREAM = /^(hook_embed|blocks\.\d+\.(hook_resid_(pre|mid|post)|hook_mlp_out|hook_attn_out))$/;
/** A layer in paths of modules. */
const LAYER = /\.(?:layers|h|blocks)\.(\d+)$/;

/** Inputs of [batch, tokens] whose sizes exported graphs use, e.g. GPT-2's to reshape its output. */
const SIZED = new Set(['input_ids', 'attention_mask', 'position_ids']);

/** Whether the name of a hook says that its values are the residual stream or are added to it. */
export function isInStream(hook: Pick<Hook, 'name'>): boolean {
  return STREAM.test(hook.name);
}

/** The reason why a hook has no tokens that it raises. */
export function notInStream({ name }: Pick<Hook, 'name'>): FoundUnembedding {
  return { missing: `${name} is not in the residual stream, and nothing adds it to it` };
}

/** The residual stream after the last layer, by any of its names. */
export function lastResidual(
  hooks: ReadonlyMap<string, Pick<Hook, 'tensor' | 'dIn'>>,
  layers: number,
): Residual | undefined {
  const isLast = (name: string): boolean =>
    name === `blocks.${layers - 1}.hook_resid_post` || LAYER.exec(name)?.[1] === String(layers - 1);
  return [...hooks].find(([name]) => isLast(name))?.[1];
}

/** Opens the unembedding of an exported graph. */
export async function openExportedUnembedding(
  model: LanguageModel,
  hook: Hook,
  residual: Residual | undefined,
  options: SessionOptions,
): Promise<FoundUnembedding> {
  const { graph, consumers } = model.graph;
  const isAdded = (consumers.get(hook.tensor) ?? []).every(({ opType }) => opType === 'Add');
  if (!isInStream(hook) && !LAYER.test(hook.name) && !isAdded) return notInStream(hook);
  if (residual === undefined) return { missing: 'the graph does not name the output of the last layer' };
  if (!graph.output.some(({ name }) => name === LOGITS))
    return { missing: 'the graph has no output named logits' };
  for (const elemType of [FLOAT, FLOAT16]) {
    const fed = fedFrom(model.graph, residual.tensor, elemType);
    const other = otherValuesRead(fed.graph, residual.tensor);
    if (other !== undefined) return { missing: `its logits also depend on ${other}` };
    const { bytes, inputs } = await cutGraph(fed, [LOGITS]);
    const unknown = inputs.find(({ name }) => name !== residual.tensor && !SIZED.has(name));
    if (unknown !== undefined) return { missing: `its logits need the input ${unknown.name}` };
    const session = await createSession(bytes, options).catch(() => undefined);
    if (session !== undefined) return { unembedding: unembeddingOf(session, residual, elemType) };
  }
  return { missing: 'ONNX Runtime cannot run the part of the graph after the last layer alone' };
}

/** Opens the unembedding of a graph that begins after the last layer. */
export async function openUnembedding(
  path: string,
  residual: Residual,
  options: SessionOptions,
): Promise<Unembedding> {
  return unembeddingOf(await createSession(path, options), residual, FLOAT);
}

function createSession(graph: Uint8Array | string, { threads }: SessionOptions): Promise<InferenceSession> {
  // One of the two signatures of `create` for each type.
  return InferenceSession.create(graph as string, {
    graphOptimizationLevel: 'basic',
    logSeverityLevel: 3,
    ...(threads !== undefined && { intraOpNumThreads: threads }),
  });
}

function unembeddingOf(session: InferenceSession, { tensor, dIn }: Residual, elemType: number): Unembedding {
  return {
    width: dIn,
    async run(residual, rows) {
      const shape = [1, rows, dIn];
      const fed =
        elemType === FLOAT
          ? new Tensor('float32', residual, shape)
          : new Tensor('float16', halves(residual), shape);
      const ids = session.inputNames
        .filter((name) => SIZED.has(name))
        .map((name) => [name, new Tensor('int64', new BigInt64Array(rows), [1, rows])] as const);
      const { [LOGITS]: logits } = await session.run({ ...Object.fromEntries(ids), [tensor]: fed });
      return { logits: floatsOf(logits!), vocabulary: logits!.dims.at(-1)! };
    },
    close: () => session.release(),
  };
}

/** An input, other than the tensor, whose values the logits depend on. */
function otherValuesRead({ node, input }: GraphProto, tensor: string): string | undefined {
  const read = new Set([LOGITS]);
  for (const { opType, input: names, output } of node.toReversed()) {
    // The sizes of token ids do not depend on their values.
    if (opType === 'Shape' || !output.some((name) => read.has(name))) continue;
    for (const name of names) read.add(name);
  }
  return input.map(({ name }) => name).find((name) => name !== tensor && read.has(name));
}

/** A copy of a graph in which a tensor is an input instead of computed. */
function fedFrom(whole: LanguageModel['graph'], tensor: string, elemType: number): LanguageModel['graph'] {
  const { graph } = whole;
  const fed = create(GraphProtoSchema, {
    ...graph,
    node: graph.node.filter(({ output }) => !output.includes(tensor)),
    input: [...graph.input, fedInput(tensor, elemType)],
    valueInfo: graph.valueInfo.filter(({ name }) => name !== tensor),
  });
  return { ...whole, graph: fed };
}

function fedInput(name: string, elemType: number): ValueInfoProto {
  const value = create(TypeProto_TensorSchema, { elemType });
  const type = create(TypeProtoSchema, { value: { case: 'tensorType', value } });
  return create(ValueInfoProtoSchema, { name, type });
}

function halves(values: Float32Array): Uint16Array {
  const bits = new Uint16Array(values.length);
  encodeFloat16(values, bits);
  return bits;
}

function floatsOf({ type, data, size }: Tensor): Float32Array {
  if (type === 'float32') return data as Float32Array;
  const { buffer, byteOffset, length } = data as Uint16Array;
  const floats = new Float32Array(size);
  decodeFloat16(new Uint16Array(buffer, byteOffset, length), floats);
  return floats;
}
