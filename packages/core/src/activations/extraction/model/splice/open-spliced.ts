import { create } from '@bufbuild/protobuf';
import { SaeLabError } from '@sae-lab/errors';
import { GraphProtoSchema, TensorProto_DataType } from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { decodeFloat16 } from '../../../store/float16.ts';
import { bitsOf, unrunnable, type HookGraph, type SessionOptions } from '../activation-session.ts';
import { Feeds } from '../feeds.ts';
import type { Hook } from '../hooks.ts';
import { noLogits, notSpliceable } from './not-spliceable.ts';
import { partition } from './partition.ts';
import { fedName, INPUTS, OUTPUTS, spliceGraph } from './splice-graph.ts';
import type { SplicedBatch, SplicedModel, Splices } from './spliced-model.ts';
import { unfused } from './unfuse.ts';
import type { WholeGraph } from './whole-graph.ts';

const LOGITS = 'logits';

/** Element types by the runtime's names. */
const TYPES: Readonly<Record<string, TensorProto_DataType>> = {
  float32: TensorProto_DataType.FLOAT,
  float16: TensorProto_DataType.FLOAT16,
  bool: TensorProto_DataType.BOOL,
  int32: TensorProto_DataType.INT32,
  int64: TensorProto_DataType.INT64,
};

/**
 * Opens a model for replacing the activations of a hook. The part up to the hook and the part after it are separate
 * sessions.
 *
 * @throws {SaeLabError} `hook.not-spliceable`, `model.no-logits`, `model.unrunnable`
 */
export async function openSpliced(
  { graph: whole, hooks, place }: WholeGraph,
  hook: Hook,
  options: SessionOptions,
): Promise<SplicedModel> {
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
    const edited = spliceGraph({ ...whole, graph }, parts, { tensor, logits: LOGITS, types });
    const after = await place(edited, Object.values(OUTPUTS), 'after');
    const second = await sessionOf(after, options);
    try {
      const { computesAllLogits } = edited;
      return await spliced({ hook, before, first, after, second, computesAllLogits });
    } catch (error) {
      await second.release();
      throw error;
    }
  } catch (error) {
    await first.release();
    throw error;
  }
}

interface Sessions {
  readonly hook: Hook;
  readonly before: HookGraph;
  readonly first: InferenceSession;
  readonly after: HookGraph;
  readonly second: InferenceSession;
  readonly computesAllLogits: boolean;
}

async function spliced(sessions: Sessions): Promise<SplicedModel> {
  const { hook, before, first, after, second, computesAllLogits } = sessions;
  const own = new Set<string>([...Object.values(INPUTS), ...first.outputNames.map(fedName)]);
  const modelInputs = after.inputs.filter(({ name }) => !own.has(name));
  const inputs = new Feeds([...before.inputs, ...modelInputs], before.config);
  const begin = async (sequences: readonly ArrayLike<number>[]) => {
    const tokens = Math.max(...sequences.map(({ length }) => length));
    const feeds = inputs.of(sequences, tokens);
    const results = await run(first, pick(feeds, first.inputNames), before.path);
    const passed = Object.fromEntries(
      Object.entries(results).map(([name, tensor]) => [fedName(name), feedable(tensor)]),
    );
    const rest = async (splices: Splices): Promise<Record<string, Tensor>> => {
      const all = { ...feeds, ...passed, ...feedsOfSplices(splices, hook.dIn) };
      return run(second, pick(all, second.inputNames), after.path);
    };
    return { activations: passed[fedName(hook.tensor)]!.data as Float32Array, rest };
  };
  return {
    computesAllLogits,
    vocabulary: await vocabularyOf(await begin([[0, 0]]), hook.dIn),
    async begin(sequences): Promise<SplicedBatch> {
      const { activations, rest } = await begin(sequences);
      return {
        tokens: Math.max(...sequences.map(({ length }) => length)),
        activations,
        async losses(splices) {
          const found = await rest(splices);
          const floats = (name: string): Float32Array => found[name]!.data as Float32Array;
          return {
            clean: floats(OUTPUTS.clean),
            spliced: floats(OUTPUTS.spliced),
            divergence: floats(OUTPUTS.divergence),
          };
        },
      };
    },
    async close() {
      await first.release();
      await second.release();
    },
  };
}

/** Number of logits of a token, from a run: graphs need not declare it. */
async function vocabularyOf(
  { rest }: { rest: (splices: Splices) => Promise<Record<string, Tensor>> },
  dIn: number,
): Promise<number> {
  const found = await rest({
    rows: BigInt64Array.of(0n, 0n),
    targets: BigInt64Array.of(0n),
    patches: new Float32Array(dIn),
    count: 1,
  });
  return Number((found[OUTPUTS.shape]!.data as BigInt64Array).at(-1));
}

function feedsOfSplices({ rows, targets, patches, count }: Splices, dIn: number): Record<string, Tensor> {
  return {
    [INPUTS.rows]: new Tensor('int64', rows, [targets.length, 1, 2]),
    [INPUTS.targets]: new Tensor('int64', targets, [targets.length, 1, 1]),
    [INPUTS.patches]: new Tensor('float32', patches, [count, targets.length, 1, dIn]),
    [INPUTS.count]: new Tensor('int64', BigInt64Array.of(BigInt(count)), []),
  };
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
