import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type ModelProto } from 'onnx-buf';
import { MODEL, errorOf, temporaryFolder, writeFileIn } from '../../test-support.ts';
import { cutGraph } from './cut-graph.ts';
import { openLanguageModel } from './language-model.ts';
import { graphFiles, readModelGraph } from './model-graph.ts';
import { splitWeights } from './split-weights.ts';

const LAYER_2 = '/gpt_neox/layers.2/mlp/dense_4h_to_h/Add_output_0';
const names = (model: ModelProto): string => model.graph!.node.map((node) => node.name).join(' ');

describe('cutting a graph', () => {
  it('removes everything after the deepest tensor', async () => {
    const { graph } = await openLanguageModel(MODEL);
    const cut = await cutGraph(graph, [LAYER_2]);
    const model = fromBinary(ModelProtoSchema, cut.bytes);
    expect(model.graph!.output.map((output) => output.name)).toEqual([LAYER_2]);
    expect(names(model)).not.toMatch(/layers\.[345]|embed_out|layers\.2\/attention/);
    expect(model.graph!.initializer.map((weight) => weight.name)).not.toContain(
      'gpt_neox.final_layer_norm.weight',
    );
    expect(cut.inputs.map((input) => input.name)).not.toContain('past_key_values.3.key');
    expect(cut.bytes.length).toBeLessThan(0.55 * toBinary(ModelProtoSchema, graph.model).length);
    // The original graph is unchanged.
    expect(names(graph.model)).toContain('embed_out');
  });

  it('moves weights from a separate file into the message', async () => {
    const { graph } = await openLanguageModel(MODEL);
    const folder = temporaryFolder();
    const separate = splitWeights(toBinary(ModelProtoSchema, graph.model), 'weights.bin');
    const path = writeFileIn(folder, 'model.onnx', separate.graph);
    const split = await readModelGraph(path);

    expect((await errorOf(() => cutGraph(split, [LAYER_2]))).code).toBe('model.not-found');
    for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) {
      copyFileSync(join(MODEL.folder, file), join(folder, file));
    }
    const unopened = await errorOf(() => openLanguageModel({ kind: 'folder', folder }));
    expect(unopened.details.field).toBe(join(folder, 'weights.bin'));
    const weights = writeFileIn(folder, 'weights.bin', separate.weights);
    expect(graphFiles(split)).toEqual([path, weights]);
    const fromFile = fromBinary(ModelProtoSchema, (await cutGraph(split, [LAYER_2])).bytes);
    const inside = fromBinary(ModelProtoSchema, (await cutGraph(graph, [LAYER_2])).bytes);
    expect(fromFile.graph!.initializer.map(({ name, rawData }) => [name, Buffer.from(rawData)])).toEqual(
      inside.graph!.initializer.map(({ name, rawData }) => [name, Buffer.from(rawData)]),
    );
  });
});
