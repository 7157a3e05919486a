import { create } from '@bufbuild/protobuf';
import { GraphProtoSchema } from 'onnx-buf';
import { Tensor } from 'onnxruntime-node';
import { INT64 } from '../element-type.ts';
import type { SessionOptions } from '../activation-session.ts';
import type { Hook } from '../hooks.ts';
import type { ModelGraph } from '../model-graph.ts';
import { openHalves } from './halves.ts';
import { rowsTensor } from './logit-rows.ts';
import { fedName, nextTokenNodes, ROWS } from './next-tokens.ts';
import { valueInfo } from './node.ts';
import type { Partition } from './partition.ts';
import { fedTensors, type SpliceGraphOptions } from './splice-graph.ts';
import type { SteerableModel } from './steerable-model.ts';
import type { EditedGraph, WholeGraph } from './whole-graph.ts';

const DISTRIBUTION = 'clean log probabilities';

/**
 * Opens a model for reading the distribution of the next token with other activations at a hook. The part up to the hook
 * runs once for all of them.
 *
 * @throws {SaeLabError} `hook.not-spliceable`, `model.no-logits`, `model.unrunnable`
 */
export async function openSteerable(
  whole: WholeGraph,
  hook: Hook,
  options: SessionOptions,
): Promise<SteerableModel> {
  const edit = { graph: steerableGraph, inputs: [ROWS], outputs: [DISTRIBUTION] };
  const halves = await openHalves(whole, hook, edit, options);
  return {
    async begin(tokens) {
      const { activations, rest } = await halves.begin([tokens]);
      return {
        activations,
        async nextToken(edited) {
          const found = await rest({
            [fedName(hook.tensor)]: new Tensor('float32', edited, [1, tokens.length, hook.dIn]),
            [ROWS]: new Tensor('int64', BigInt64Array.of(0n, BigInt(tokens.length - 1)), [1, 1, 2]),
          });
          return found[DISTRIBUTION]!.data as Float32Array;
        },
      };
    },
    close: () => halves.close(),
  };
}

/** A graph from the activations of the hook, and what passes it, to the distributions at the rows. */
function steerableGraph(
  model: ModelGraph,
  parts: Partition,
  { tensor, logits, types }: SpliceGraphOptions,
): EditedGraph {
  const fed = fedTensors(tensor, parts, types);
  const kept = rowsTensor(model, logits, parts);
  const graph = create(GraphProtoSchema, {
    ...model.graph,
    node: [...fed.nodes, ...parts.fixed, ...nextTokenNodes(parts.tail, 'clean', { kept, logits })],
    input: [...model.graph.input, ...fed.inputs, valueInfo(ROWS, INT64)],
    valueInfo: [],
  });
  return { model: model.model, graph };
}
