import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, TensorProto_DataType, type GraphProto } from 'onnx-buf';
import { beforeAll, describe, expect, it } from 'vitest';
import { MODEL, errorOf, temporaryFolder, writeFileIn } from '../../test-support.ts';
import { openActivationSession } from './activation-session.ts';
import { FLOAT } from './element-type.ts';
import { toHalf } from './half-precision.ts';
import { resolveHooks } from './hooks.ts';
import { openLanguageModel, withNames, type LanguageModel } from './language-model.ts';
import { readModelGraph } from './model-graph.ts';

const BFLOAT16: number = TensorProto_DataType.BFLOAT16;
const HOOKS = ['blocks.1.hook_mlp_out', 'blocks.0.hook_resid_pre', 'gpt_neox.layers.2.attention'];

let model: LanguageModel;
beforeAll(async () => {
  model = await openLanguageModel(MODEL);
});

/** The shipped model with a modified graph. */
async function withGraph(change: (graph: GraphProto) => void): Promise<LanguageModel> {
  const changed = fromBinary(ModelProtoSchema, readFileSync(join(MODEL.folder, 'onnx/model.onnx')));
  change(changed.graph!);
  const path = writeFileIn(temporaryFolder(), 'model.onnx', toBinary(ModelProtoSchema, changed));
  return { ...model, ...withNames(await readModelGraph(path), model.config) };
}

function setType({ input }: GraphProto, name: string, elemType: number): void {
  const type = input.find((one) => one.name === name)!.type!.value;
  if (type.case === 'tensorType') type.value.elemType = elemType;
}

async function run(opened: LanguageModel): Promise<Float32Array[]> {
  const session = await openActivationSession(opened, resolveHooks(opened, HOOKS));
  try {
    return (await session.run([opened.tokenizer.encode('In the beginning God created')])).activations;
  } finally {
    await session.close();
  }
}

describe('a graph', () => {
  it('in half precision gives the activations of the single-precision one, rounded', async () => {
    const half = await withGraph(toHalf);
    const [exact, rounded] = [await run(model), await run(half)];
    for (const [h, values] of rounded.entries()) {
      expect(values.length).toBe(exact[h]!.length);
      const largest = exact[h]!.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const worst = values.reduce((most, value, i) => Math.max(most, Math.abs(value - exact[h]![i]!)), 0);
      expect(worst).toBeLessThan(0.02 * largest);
      expect(worst).toBeGreaterThan(0);
    }
  });

  it('with unnamed nodes has the same hooks, named after their outputs', async () => {
    const nameless = await withGraph((graph) => graph.node.forEach((node) => (node.name = '')));
    expect(resolveHooks(nameless, HOOKS)).toEqual(resolveHooks(model, HOOKS));
    expect(await run(nameless)).toEqual(await run(model));
  });

  it('reads token ids in int32, and a cache whose sizes only the config says', async () => {
    const exact = await run(model);
    const short = await withGraph((graph) => setType(graph, 'input_ids', TensorProto_DataType.INT32));
    expect(await run(short)).toEqual(exact);
    const symbolic = await withGraph(({ input }) => {
      for (const { name, type } of input) {
        if (!name.startsWith('past_key_values') || type?.value.case !== 'tensorType') continue;
        const [, heads, past, size] = type.value.value.shape!.dim;
        expect(past!.value.case).toBe('dimParam');
        heads!.value = { case: 'dimParam', value: 'num_heads' };
        size!.value = { case: 'dimParam', value: 'head_dim' };
      }
    });
    expect(await run(symbolic)).toEqual(exact);
  });

  it('with numbered nodes and tensors is refused with the reason, and lists no names', async () => {
    const numbered = await withGraph((graph) => {
      const numbers = new Map<string, string>();
      for (const node of graph.node) {
        node.name = `${node.opType}_${numbers.size}`;
        node.input = node.input.map((name) => numbers.get(name) ?? name);
        node.output.forEach((name) => numbers.set(name, String(numbers.size)));
        node.output = node.output.map((name) => numbers.get(name)!);
      }
      for (const output of graph.output) output.name = numbers.get(output.name) ?? output.name;
    });
    const { message } = await errorOf(() => resolveHooks(numbered, [HOOKS[0]!]));
    expect(message).toContain("the graph's nodes are not named by module paths");
    expect(message).toContain('Export the model again');
    expect(message.split(HOOKS[0]!)).toHaveLength(2);
  });

  it('of an unsupported type is refused with the reason, and lists no names', async () => {
    const brief = await withGraph((graph) => {
      for (const weight of graph.initializer) if (weight.dataType === FLOAT) weight.dataType = BFLOAT16;
    });
    const error = await errorOf(() => resolveHooks(brief, [HOOKS[0]!]));
    expect(error.code).toBe('hook.unknown');
    expect(error.message).toContain("the model's weights are BFLOAT16");
    expect(error.details.expected ?? '').not.toContain('hook_mlp_out');
  });

  it('with some weights of such a type lists its other hooks', async () => {
    const mixed = await withGraph((graph) => {
      for (const node of graph.node) {
        if (!node.name.startsWith('/gpt_neox/layers.1/mlp/')) continue;
        for (const input of node.input) {
          const weight = graph.initializer.find(({ name }) => name === input);
          if (weight?.dataType === FLOAT) weight.dataType = BFLOAT16;
        }
      }
    });
    const { message } = await errorOf(() => resolveHooks(mixed, ['blocks.1.mlp.hook_post']));
    expect(message).toContain('blocks.{0..5}.hook_resid_post');
    expect(message).toContain('blocks.{0,2..5}.mlp.hook_post');
    expect(message.split('blocks.1.mlp.hook_post')).toHaveLength(2);
  });
});
