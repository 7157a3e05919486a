/** A model divided at a hook: the part up to it and an edited part after it, as two sessions. */
import { create } from '@bufbuild/protobuf';
import { SaeLabError } from '@sae-lab/errors';
import { GraphProtoSchema, TensorProto_DataType } from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { decodeFloat16 } from '../../../store/float16.ts';
import { bitsOf, unrunnable, type HookGraph, type SessionOptions } from '../activation-session.ts';
import { Feeds } from '../feeds.ts';
import type { Hook } from '../hooks.ts';
import type { ModelGraph } from '../model-graph.ts';
import { fedName } from './next-tokens.ts';
import { noLogits, notSpliceable } from './not-spliceable.ts';
import { partition, type Partition } from './partition.ts';
import type { SpliceGraphOptions } from './splice-graph.ts';
import { unfused } from './unfuse.ts';
import type { EditedGraph, WholeGraph } from './whole-graph.ts';

const LOGITS = 'logits';

/** Element types by the runtime's names. */
const TYPES: Readonly<Record<string, TensorProto_DataType>> = {
  float32: TensorProto_DataType.FLOAT,
  float16: TensorProto_DataType.FLOAT16,
  bool: TensorProto_DataType.BOOL,
  int32: TensorProto_DataType.INT32,
  int64: TensorProto_DataType.INT64,
};

/** How the part after the hook is edited. */
export interface Edit<Edited extends EditedGraph> {
  readonly graph: (model: ModelGraph, parts: Partition, options: SpliceGraphOptions) => Edited;
  /** What the edited graph reads besides the tensors of the model. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface Halves<Edited extends EditedGraph> {
  readonly edited: Edited;
  /** Runs the part up to the hook on sequences of token ids, padded on the right to the longest. */
  begin(sequences: readonly ArrayLike<number>[]): Promise<BegunPass>;
  close(): Promise<void>;
}

interface BegunPass {
  /** The longest sequence. */
  readonly tokens: number;
  /** [sequences, tokens, dIn] */
  readonly activations: Float32Array;
  /**
   * Runs the part after the hook.
   *
   * @param given the edit's inputs. A tensor under the `fedName` of the hook replaces its activations
   */
  readonly rest: (given: Readonly<Record<string, Tensor>>) => Promise<Record<string, Tensor>>;
}

/** @throws {SaeLabError} `hook.not-spliceable`, `model.no-logits`, `model.unrunnable`, `model.not-float` */
export async function openHalves<Edited extends EditedGraph>(
  { graph: whole, hooks, place }: WholeGraph,
  hook: Hook,
  edit: Edit<Edited>,
  options: SessionOptions,
): Promise<Halves<Edited>> {
  const { tensor } = hook;
  const outputs = whole.graph.output.map(({ name }) => name);
  if (!outputs.includes(LOGITS)) throw noLogits(whole.path, outputs);
  const graph = create(GraphProtoSchema, { ...whole.graph, node: unfused(whole.graph, tensor) });
  const parts = partition(graph, tensor, LOGITS);
  if (parts.tail.length === 0) throw notSpliceable(hook, { graph, logits: LOGITS, hooks });

  const passed = [tensor, ...parts.frontier];
  const before = await place({ model: whole.model, graph }, passed, 'before');
  const first = await sessionOf(before, options);
  try {
    const types = new Map(first.outputMetadata.map((output) => [output.name, typeOf(whole.path, output)]));
    const edited = edit.graph({ ...whole, graph }, parts, { tensor, logits: LOGITS, types });
    const after = await place(edited, edit.outputs, 'after');
    const second = await sessionOf(after, options);
    const own = new Set<string>([...edit.inputs, ...first.outputNames.map(fedName)]);
    const modelInputs = after.inputs.filter(({ name }) => !own.has(name));
    const inputs = new Feeds([...before.inputs, ...modelInputs], before.config);
    return {
      edited,
      async begin(sequences) {
        const tokens = Math.max(...sequences.map(({ length }) => length));
        const feeds = inputs.of(sequences, tokens);
        const results = await run(first, pick(feeds, first.inputNames), before.path);
        const fed = Object.fromEntries(
          Object.entries(results).map(([name, found]) => [fedName(name), feedable(found)]),
        );
        return {
          tokens,
          activations: fed[fedName(tensor)]!.data as Float32Array,
          rest: (given) => run(second, pick({ ...feeds, ...fed, ...given }, second.inputNames), after.path),
        };
      },
      async close() {
        await first.release();
        await second.release();
      },
    };
  } catch (error) {
    await first.release();
    throw error;
  }
}

async function sessionOf({ graph, path }: HookGraph, { threads }: SessionOptions): Promise<InferenceSession> {
  // One of the two signatures of `create` for each type.
  return InferenceSession.create(graph as string, {
    graphOptimizationLevel: 'basic',
    logSeverityLevel: 3,
    ...(threads !== undefined && { intraOpNumThreads: threads }),
  }).catch((cause: unknown) => {
    throw unrunnable(path, cause);
  });
}

async function run(
  session: InferenceSession,
  feeds: Record<string, Tensor>,
  path: string,
): Promise<Record<string, Tensor>> {
  return session.run(feeds).catch((cause: unknown) => {
    throw unrunnable(path, cause);
  });
}

/** A result, as the graph after the hook reads it: in float32 if in half precision. */
function feedable(tensor: Tensor): Tensor {
  if (tensor.type !== 'float16') return tensor;
  const floats = new Float32Array(tensor.size);
  decodeFloat16(bitsOf(tensor), floats);
  return new Tensor('float32', floats, tensor.dims);
}

function pick(feeds: Readonly<Record<string, Tensor>>, names: readonly string[]): Record<string, Tensor> {
  return Object.fromEntries(names.map((name) => [name, feeds[name]!]));
}

/** @throws {SaeLabError} `model.not-float` for a tensor of another type than models pass from layer to layer */
function typeOf(path: string, output: InferenceSession.ValueMetadata): TensorProto_DataType {
  const received = output.isTensor ? output.type : 'no tensor';
  const type = TYPES[received];
  if (type !== undefined) return type;
  throw new SaeLabError('model.not-float', {
    problem: `the tensor ${output.name} passes the hook in an unsupported type`,
    field: path,
    expected: Object.keys(TYPES).join(', '),
    received,
    fix: 'Use the float32 graph (model.onnx).',
  });
}
