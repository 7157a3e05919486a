import { beforeAll, describe, expect, it } from 'vitest';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { readFile } from 'node:fs/promises';
import { create, toBinary } from '@bufbuild/protobuf';
import { GraphProtoSchema, ModelProtoSchema, ValueInfoProtoSchema } from 'onnx-buf';
import { MODEL } from '../../test-support.ts';
import { openActivationSession } from './activation-session.ts';
import { resolveHooks } from './hooks.ts';
import { openLanguageModel, type LanguageModel } from './language-model.ts';

let model: LanguageModel;
beforeAll(async () => {
  model = await openLanguageModel(MODEL);
});

const TEXT = 'It is a truth universally acknowledged, that a single man in possession of a good fortune';

async function run(names: string[], sequences: number[][], threads?: number): Promise<Float32Array[]> {
  const session = await openActivationSession(model, resolveHooks(model, names), { threads });
  try {
    return (await session.run(sequences)).activations;
  } finally {
    await session.close();
  }
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}

describe('the part of the model that hooks need', () => {
  it('gives the values of the whole graph, bit for bit', async () => {
    const names = ['blocks.2.hook_mlp_out', 'blocks.4.hook_resid_post'];
    const ids = [0, ...model.tokenizer.encode(TEXT)];
    const cut = await run(names, [ids, ids.toReversed()]);
    const tensors = resolveHooks(model, names).map((hook) => hook.tensor);
    const whole = await runWholeGraph(tensors, [ids, ids.toReversed()], 'basic');
    expect(cut.map((values) => values.length)).toEqual([2 * ids.length * 128, 2 * ids.length * 128]);
    expect(largestDifference(cut[0]!, whole[0]!)).toBe(0);
    expect(largestDifference(cut[1]!, whole[1]!)).toBe(0);
    // With all of the runtime's fusions, the whole graph differs only by rounding.
    const fused = await runWholeGraph(tensors, [ids, ids.toReversed()], 'all');
    expect(largestDifference(cut[1]!, fused[1]!)).toBeLessThan(1e-4);
  });

  it('resolves names correctly: the outputs of attention and MLP add up to the change of a layer', async () => {
    const ids = model.tokenizer.encode(TEXT);
    for (const layer of [0, 3, 5]) {
      const names = ['hook_resid_pre', 'hook_resid_post', 'hook_attn_out', 'hook_mlp_out'];
      const [before, after, attention, mlp] = await run(
        names.map((name) => `blocks.${layer}.${name}`),
        [ids],
      );
      const added = after!.map((value, i) => value - before![i]!);
      expect(
        largestDifference(
          added,
          attention!.map((value, i) => value + mlp![i]!),
        ),
      ).toBeLessThan(1e-4);
      expect(largestDifference(mlp!, new Float32Array(mlp!.length))).toBeGreaterThan(0.1);
    }
  });

  it('is unaffected by padding', async () => {
    const long = model.tokenizer.encode(TEXT);
    const short = long.slice(0, 5);
    const [alone] = await run(['blocks.5.hook_resid_post'], [short]);
    const [padded] = await run(['blocks.5.hook_resid_post'], [long, short]);
    const rows = padded!.subarray(long.length * 128, (long.length + short.length) * 128);
    expect(largestDifference(alone!, rows)).toBeLessThan(1e-5);
  });

  it('is unaffected by the other hooks of the pass and the number of threads', async () => {
    const ids = [model.tokenizer.encode(TEXT)];
    const [alone] = await run(['blocks.2.hook_mlp_out'], ids);
    const [together] = await run(
      ['blocks.2.hook_mlp_out', 'blocks.1.mlp.hook_post', 'blocks.4.hook_attn_out'],
      ids,
    );
    const [oneThread] = await run(['blocks.2.hook_mlp_out'], ids, 1);
    expect(largestDifference(alone!, together!)).toBe(0);
    expect(largestDifference(alone!, oneThread!)).toBe(0);
  });
});

/** Runs the exported graph with these tensors as additional outputs, and feeds every input. */
async function runWholeGraph(
  tensors: string[],
  sequences: number[][],
  graphOptimizationLevel: 'basic' | 'all',
): Promise<Float32Array[]> {
  // Concatenating two protobuf messages merges them.
  const addition = create(ModelProtoSchema, {
    graph: create(GraphProtoSchema, {
      output: tensors.map((name) => create(ValueInfoProtoSchema, { name })),
    }),
  });
  const bytes = Buffer.concat([await readFile(model.graph.path), toBinary(ModelProtoSchema, addition)]);
  const session = await InferenceSession.create(bytes, { graphOptimizationLevel, logSeverityLevel: 3 });
  const shape = [sequences.length, sequences[0]!.length];
  const feeds = Object.fromEntries(
    session.inputNames.map((name) => [
      name,
      name.startsWith('past')
        ? new Tensor('float32', new Float32Array(0), [sequences.length, 4, 0, 32])
        : new Tensor(
            'int64',
            BigInt64Array.from(sequences.flat(), (id) => (name === 'input_ids' ? BigInt(id) : 1n)),
            shape,
          ),
    ]),
  );
  const outputs = await session.run(feeds);
  return tensors.map((name) => outputs[name]!.data as Float32Array);
}
