import { SaeLabError } from '@sae-lab/errors';
import type { ValueInfoProto } from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { decodeFloat16 } from '../../store/float16.ts';
import { cutGraph } from './cut-graph.ts';
import { Feeds } from './feeds.ts';
import type { Hook } from './hooks.ts';
import type { LanguageModel } from './language-model.ts';
import type { ModelConfig } from './model-config.ts';
import { notFloat } from './not-float.ts';

/** The part of a model up to its deepest hook, ready to run. */
export interface ActivationSession {
  /**
   * Runs sequences of token ids, padded on the right to the longest. Values at padded positions are undefined. The others
   * do not depend on the padding: attention is causal, and the mask is 0.
   *
   * @returns for each hook [sequences.length, longest, dIn]; valid until the next call
   */
  run(sequences: readonly ArrayLike<number>[]): Promise<{ tokens: number; activations: Float32Array[] }>;
  close(): Promise<void>;
}

/**
 * Opens a session for some hooks of a model.
 *
 * @param hooks hooks with distinct tensors
 * @throws {SaeLabError} `model.unrunnable` if ONNX Runtime refuses the graph, `model.unknown-input`, `model.not-float`
 */
export async function openActivationSession(
  model: LanguageModel,
  hooks: readonly Hook[],
  options: SessionOptions = {},
): Promise<ActivationSession> {
  const tensors = hooks.map((hook) => hook.tensor);
  const { bytes, inputs } = await cutGraph(model.graph, tensors);
  const { config, graph } = model;
  return openSession({ graph: bytes, inputs, path: graph.path, config }, hooks, options);
}

export interface SessionOptions {
  /** @default one per core */
  readonly threads?: number | undefined;
}

/** A graph whose outputs are the tensors of some hooks. */
export interface HookGraph {
  /** The encoded graph, or the path of its file. */
  readonly graph: Uint8Array | string;
  readonly inputs: readonly ValueInfoProto[];
  readonly config: ModelConfig;
  /** The file to name in errors. */
  readonly path: string;
}

/**
 * Opens a session for a graph that was already cut.
 *
 * @throws {SaeLabError} `model.unrunnable`, `model.not-float`
 */
export async function openSession(
  { graph, inputs, path, config }: HookGraph,
  hooks: readonly Hook[],
  { threads }: SessionOptions,
): Promise<ActivationSession> {
  // One of the two signatures of `create` for each type.
  const session = await InferenceSession.create(graph as string, {
    // Fusions at higher levels depend on which tensors are outputs, so the last bits of a hook's values would depend on
    // the other hooks. They are not measurably faster here.
    graphOptimizationLevel: 'basic',
    // A planned layout is allocated next to what the arena already has, for each shape of a batch: it takes the memory of a
    // second batch and is not faster.
    enableMemPattern: false,
    logSeverityLevel: 3,
    ...(threads !== undefined && { intraOpNumThreads: threads }),
  }).catch((cause: unknown) => {
    throw unrunnable(path, cause);
  });

  let isHalf: boolean[];
  try {
    isHalf = session.outputMetadata.map(isFloat16);
  } catch (error) {
    await session.release();
    throw error;
  }

  // Inputs and outputs reuse memory: the garbage of each run would accumulate before it is collected.
  const space = hooks.map(() => new Float32Array(0));
  const feeds = new Feeds(inputs, config);
  return {
    async run(sequences) {
      const tokens = Math.max(...sequences.map((sequence) => sequence.length));
      const activations = hooks.map(({ dIn }, h) => {
        const size = sequences.length * tokens * dIn;
        if (space[h]!.length < size) space[h] = new Float32Array(size);
        return space[h]!.subarray(0, size);
      });
      // Half precision is fetched to new memory, and then converted to float32.
      const outputs = hooks.map(({ tensor, dIn }, h): [string, Tensor | null] => [
        tensor,
        isHalf[h] ? null : new Tensor('float32', activations[h]!, [sequences.length, tokens, dIn]),
      ]);
      const results = await session
        .run(feeds.of(sequences, tokens), Object.fromEntries(outputs))
        .catch((cause: unknown) => {
          throw unrunnable(path, cause);
        });
      hooks.forEach(({ tensor }, h) => {
        if (isHalf[h]) decodeFloat16(bitsOf(results[tensor]!), activations[h]!);
      });
      return { tokens, activations };
    },
    close: () => session.release(),
  };
}

function isFloat16(output: InferenceSession.ValueMetadata): boolean {
  const type = output.isTensor ? output.type : 'no tensor';
  if (type === 'float16') return true;
  if (type === 'float32') return false;
  throw notFloat(`tensor ${output.name}`, type);
}

/** The bits of half-precision values, which ONNX Runtime returns as a Float16Array if the engine has one. */
export function bitsOf({ data }: Tensor): Uint16Array {
  const { buffer, byteOffset, length } = data as Uint16Array;
  return new Uint16Array(buffer, byteOffset, length);
}

export function unrunnable(path: string, cause: unknown): SaeLabError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SaeLabError('model.unrunnable', {
    problem: `ONNX Runtime cannot run the graph: ${reason}`,
    field: path,
    expected: 'a decoder exported to ONNX for the CPU',
    fix: reason.includes('out of data bounds')
      ? 'Lower maxTokens if the model has fewer positions than its config.json says. Otherwise use the tokenizer of this model.'
      : 'Export the model again in float32, for the task text-generation.',
    cause,
  });
}
