import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type GraphProto, type ModelProto } from 'onnx-buf';
import { writeAtomic } from '../../../../files/write-atomic.ts';
import type { HookGraph } from '../activation-session.ts';
import { cutGraph, inputsOf, prunedGraph } from '../cut-graph.ts';
import type { Hook } from '../hooks.ts';
import type { ModelConfig } from '../model-config.ts';
import type { ModelGraph } from '../model-graph.ts';

/** A whole model as a graph that can be edited. */
export interface WholeGraph {
  readonly graph: ModelGraph;
  /** Every hook by name, for error messages. */
  readonly hooks: Hooks;
  readonly config: ModelConfig;
  /** Makes the part of an edited graph that computes some tensors ready to run. */
  readonly place: (edited: EditedGraph, tensors: readonly string[], name: string) => Promise<HookGraph>;
}

type Described = Pick<WholeGraph, 'graph' | 'hooks' | 'config'>;
type Hooks = ReadonlyMap<string, Pick<Hook, 'tensor'>>;

export interface EditedGraph {
  readonly model: ModelProto;
  readonly graph: GraphProto;
}

/** Passes edited graphs to the runtime as bytes, with all their weights. */
export function wholeInMemory({ graph, hooks, config }: Described): WholeGraph {
  return {
    graph,
    hooks,
    config,
    async place(edited, tensors) {
      const { bytes, inputs } = await cutGraph({ ...edited, path: graph.path }, tensors);
      return { graph: bytes, inputs, path: graph.path, config };
    },
  };
}

/** Writes edited graphs next to the original, whose weights in separate files they read. */
export function wholeInFolder({ graph, hooks, config }: Described, folder: string): WholeGraph {
  return {
    graph,
    hooks,
    config,
    async place({ model, graph: edited }, tensors, name) {
      const pruned = prunedGraph(edited, tensors);
      const path = join(folder, `${name}.onnx`);
      await writeAtomic(
        path,
        toBinary(ModelProtoSchema, create(ModelProtoSchema, { ...model, graph: pruned })),
      );
      return { graph: path, inputs: inputsOf(pruned), path: graph.path, config };
    },
  };
}
