import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { extractActivations } from './extract.ts';
import { readModelGraph } from './model/model-graph.ts';
import { MODEL, datasetOf, errorOf, temporaryFolder } from '../test-support.ts';
import type { SaeLabError } from '@sae-lab/errors';

const MLP_PRODUCT = '/gpt_neox/layers.1/mlp/dense_4h_to_h/MatMul_output_0';

/** Runs a model in which every output weight of the MLP in layer 1 has this value. */
async function extractWithWeights(weight: number, dtype: 'float32' | 'float16'): Promise<SaeLabError> {
  const folder = temporaryFolder();
  cpSync(MODEL.folder, folder, { recursive: true });
  const path = join(folder, 'onnx/model.onnx');
  const { model, producers, initializers } = await readModelGraph(path);
  const output = initializers.get(producers.get(MLP_PRODUCT)!.input[1]!);
  Object.assign(output!, { rawData: new Uint8Array(new Float32Array(512 * 128).fill(weight).buffer) });
  writeFileSync(path, toBinary(ModelProtoSchema, model));
  return errorOf(() =>
    extractActivations({
      model: { kind: 'folder', folder },
      dataset: datasetOf(folder, ['', 'In the beginning']),
      hooks: ['blocks.1.hook_attn_out', 'blocks.1.hook_mlp_out'],
      settings: { dtype },
      dataDir: folder,
    }),
  );
}

describe('activations that cannot be stored', () => {
  it.each([NaN, Infinity])('are named with hook, document and position: %d', async (weight) => {
    const error = await extractWithWeights(weight, 'float32');
    expect(error.code).toBe('activations.not-finite');
    expect(error.message).toContain('blocks.1.hook_mlp_out at document 1, piece 0, position 1');
  });

  it('are refused in half precision if they would overflow', async () => {
    const error = await extractWithWeights(1e6, 'float16');
    expect(error.code).toBe('activations.float16-overflow');
    expect(error.details.fix).toContain('float32');
  });
});
