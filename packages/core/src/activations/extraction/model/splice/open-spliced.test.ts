import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { GraphProtoSchema, ModelProtoSchema, NodeProtoSchema, type GraphProto } from 'onnx-buf';
import { describe, expect, it, onTestFinished } from 'vitest';
import { errorOf, MODEL, temporaryFolder, writeFileIn } from '../../../test-support.ts';
import { openActivationSession } from '../activation-session.ts';
import { describeGolden, goldenModel, runGraph } from '../build/golden-models.ts';
import { writeGraph } from '../build/index.ts';
import { toHalf } from '../half-precision.ts';
import { exportedHooks, resolveHooks } from '../hooks.ts';
import { openLanguageModel, type LanguageModel } from '../language-model.ts';
import { readModelGraph } from '../model-graph.ts';
import { rowsTensor } from './logit-rows.ts';
import { openSpliced } from './open-spliced.ts';
import { partition } from './partition.ts';
import {
  expectClose,
  goldenSequences,
  openSplicedGolden,
  spliceActivationsAndZero,
} from './spliced-golden.ts';
import type { SplicedModel } from './spliced-model.ts';
import { wholeInMemory } from './whole-graph.ts';

const TEXT = 'It is a truth universally acknowledged, that a single man in possession of a good fortune';

/** The loss of each next token, from the logits of whole sequences, [sequences, tokens, vocabulary]. */
function lossesOf(logits: Float32Array, sequences: readonly (readonly number[])[], tokens: number): number[] {
  const vocabulary = logits.length / sequences.length / tokens;
  return sequences.flatMap((ids, sequence) =>
    ids.slice(1).map((target, position) => {
      const start = (sequence * tokens + position) * vocabulary;
      const row = [...logits.subarray(start, start + vocabulary)];
      const most = Math.max(...row);
      return most + Math.log(row.reduce((sum, value) => sum + Math.exp(value - most), 0)) - row[target]!;
    }),
  );
}

/** The shipped model with a modified graph. */
async function exported(change: (graph: GraphProto) => void = () => {}): Promise<LanguageModel> {
  const changed = fromBinary(ModelProtoSchema, readFileSync(join(MODEL.folder, 'onnx/model.onnx')));
  change(changed.graph!);
  const path = writeFileIn(temporaryFolder(), 'model.onnx', toBinary(ModelProtoSchema, changed));
  return { ...(await openLanguageModel(MODEL)), graph: await readModelGraph(path) };
}

async function spliceExported(model: LanguageModel, hook: string): Promise<SplicedModel> {
  const spliced = await openSpliced(
    wholeInMemory({ ...model, hooks: exportedHooks(model) }),
    resolveHooks(model, [hook])[0]!,
    {
      threads: 1,
    },
  );
  onTestFinished(() => spliced.close());
  return spliced;
}

describe('a spliced model', () => {
  it.each(['gpt-neox', 'gpt2', 'llama', 'gemma2', 'qwen3'])(
    'built as %s has the losses of the unedited graph, and with its own activations exactly those',
    async (name) => {
      const sequences = goldenSequences(name);
      const { path } = await writeGraph(await describeGolden(name), {
        outputs: ['logits'],
        weights: goldenModel(name),
        folder: temporaryFolder(),
      });
      const tokens = Math.max(...sequences.map(({ length }) => length));
      const padded = sequences.map((ids) => [...ids, ...Array<number>(tokens - ids.length).fill(0)]);
      const mask = sequences.map((ids) => padded[0]!.map((_, i) => (i < ids.length ? 1 : 0)));
      const { logits } = await runGraph(path, { ids: padded, mask });
      const model = await openSplicedGolden(name, 'blocks.1.hook_mlp_out');
      expect(model.vocabulary).toBe(32);
      const { clean, same, sameKl, zero } = await spliceActivationsAndZero(model, sequences);
      expectClose(clean, lossesOf(logits!, sequences, tokens), 1e-5);
      expect(same).toEqual(clean);
      expect(sameKl.every((value) => value === 0)).toBe(true);
      expect(zero).not.toEqual(clean);
    },
  );

  it('has the same losses at each length of the padding', async () => {
    const model = await openSplicedGolden('llama', 'blocks.0.hook_resid_mid');
    const [long, short] = goldenSequences('llama') as [number[], number[]];
    const together = await spliceActivationsAndZero(model, [short, long]);
    const alone = await spliceActivationsAndZero(model, [short]);
    const rows = short.length - 1;
    expect(alone.clean).toHaveLength(rows);
    expectClose(alone.clean, together.clean.subarray(0, rows), 1e-5);
    expectClose(alone.zero, together.zero.subarray(0, rows), 1e-5);
  });

  it('exported has the losses of the unedited graph', async () => {
    const model = await exported();
    const sequences = [model.tokenizer.encode(TEXT), model.tokenizer.encode(TEXT).slice(3, 9)];
    const tokens = sequences[0]!.length;
    const whole = { requested: '', name: 'logits', tensor: 'logits', layer: null, dIn: 2048 };
    const unedited = await openActivationSession(model, [whole], { threads: 1 });
    onTestFinished(() => unedited.close());
    const [logits] = (await unedited.run(sequences)).activations;
    const expected = lossesOf(logits!, sequences, tokens);
    for (const hook of ['blocks.2.hook_attn_out', 'blocks.4.hook_resid_pre', 'blocks.1.mlp.hook_post']) {
      const { clean, same, zero } = await spliceActivationsAndZero(
        await spliceExported(model, hook),
        sequences,
      );
      expectClose(clean, expected, 1e-5);
      expect(same).toEqual(clean);
      expect(zero).not.toEqual(clean);
    }
  });

  it('exported in half precision has the losses of the single-precision one, rounded', async () => {
    const [whole, half] = [await exported(), await exported(toHalf)];
    const sequences = [whole.tokenizer.encode(TEXT)];
    for (const hook of ['blocks.3.hook_mlp_out', 'blocks.5.hook_resid_post']) {
      const [exact, rounded] = [await spliceExported(whole, hook), await spliceExported(half, hook)];
      const expected = await spliceActivationsAndZero(exact, sequences);
      const found = await spliceActivationsAndZero(rounded, sequences);
      expectClose(found.clean, expected.clean, 0.1);
      expectClose(found.zero, expected.zero, 0.1);
      expect(found.clean).not.toEqual(expected.clean);
      expect(found.same).toEqual(found.clean);
    }
  });

  it('keeps only the evaluated tokens before the unembedding, whatever follows it', async () => {
    // Gemma 2 bounds its logits after the unembedding.
    for (const name of ['gpt2', 'gemma2']) {
      const { path } = await writeGraph(await describeGolden(name), {
        outputs: ['logits'],
        weights: goldenModel(name),
        folder: temporaryFolder(),
      });
      const graph = await readModelGraph(path);
      const parts = partition(graph.graph, 'blocks.1.hook_resid_post', 'logits');
      const tensor = rowsTensor(graph, 'logits', parts);
      const consumer = graph.consumers.get(tensor)!;
      expect(consumer.map(({ opType }) => opType)).toEqual(['FusedMatMul']);
    }
  });
});

it('an unembedding of an unknown form computes all logits, with the same losses', async () => {
  const sequences = goldenSequences('gpt2');
  const [plain, other] = await Promise.all([
    openSplicedGolden('gpt2', 'blocks.1.hook_mlp_out'),
    openSplicedGolden('gpt2', 'blocks.1.hook_mlp_out', (whole) => {
      const nodes = whole.graph.node.map((node) =>
        node.output.includes('logits') ? create(NodeProtoSchema, { ...node, output: ['scores'] }) : node,
      );
      const dropout = { name: 'dropout', opType: 'Dropout', input: ['scores'], output: ['logits'] };
      nodes.push(create(NodeProtoSchema, dropout));
      return { ...whole, graph: create(GraphProtoSchema, { ...whole.graph, node: nodes }) };
    }),
  ]);
  expect([plain.computesAllLogits, other.computesAllLogits]).toEqual([false, true]);
  const [expected, found] = [
    await spliceActivationsAndZero(plain, sequences),
    await spliceActivationsAndZero(other, sequences),
  ];
  expectClose(found.clean, expected.clean, 1e-5);
  expectClose(found.zero, expected.zero, 1e-5);
  expect(found.same).toEqual(found.clean);
});

describe('a hook that cannot be spliced', () => {
  it('is refused if the logits do not depend on it', async () => {
    const error = await errorOf(() => openSplicedGolden('gpt2', 'logits'));
    expect(error.code).toBe('hook.not-spliceable');
    expect(error.message).toContain('blocks.<layer>.hook_resid_mid');
    expect(error.message).not.toContain('hook_z');
    expect(error.message).toContain('received "logits"');
  });

  it('is refused if the graph has no logits', async () => {
    const model = await exported((graph) => {
      for (const node of graph.node) {
        node.output = node.output.map((name) => (name === 'logits' ? 'scores' : name));
      }
      graph.output[0]!.name = 'scores';
    });
    const error = await errorOf(() => spliceExported(model, 'blocks.1.hook_mlp_out'));
    expect(error.code).toBe('model.no-logits');
    expect(error.message).toContain('received scores');
  });
});
