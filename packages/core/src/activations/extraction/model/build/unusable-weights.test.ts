import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settled } from '../../../../testing/refusal.ts';
import { temporaryFolder } from '../../../test-support.ts';
import { describeGolden } from './golden-models.ts';
import { writeGraph } from './index.ts';
import { changeHeader, copyOfWeights, writeGolden } from './test-weights.ts';

describe('weights that a graph cannot use', () => {
  async function refusal(weights: string): Promise<string> {
    const { error } = await settled(() => writeGolden('llama3', weights));
    return `${error?.code} ${error?.message}`;
  }
  const tensor = 'model.layers.1.mlp.up_proj.weight';

  it('are named when one is missing', async () => {
    const weights = copyOfWeights('llama3');
    changeHeader(weights, (header) =>
      Object.fromEntries(Object.entries(header).filter(([name]) => name !== tensor)),
    );
    expect(await refusal(weights)).toMatch(/^model\.missing-tensor .*up_proj.*a tensor of shape \[20, 16\]/);
  });

  it('are named with both shapes when one has the wrong shape', async () => {
    const weights = copyOfWeights('llama3');
    changeHeader(weights, (header) => ({ ...header, [tensor]: { ...header[tensor]!, shape: [16, 20] } }));
    expect(await refusal(weights)).toMatch(
      /^model\.tensor-shape .*up_proj.*\[20, 16\] \(from config\.json\); received \[16, 20\]/,
    );
  });

  it('are named when one has another dtype', async () => {
    const weights = copyOfWeights('llama3');
    changeHeader(weights, (header) => ({ ...header, [tensor]: { ...header[tensor]!, dtype: 'F8_E4M3' } }));
    expect(await refusal(weights)).toMatch(
      /^model\.tensor-dtype .*up_proj.*expected F32, F16, BF16; received F8_E4M3/,
    );
  });

  it('are named when one has the wrong number of bytes', async () => {
    const weights = copyOfWeights('llama3');
    changeHeader(weights, (header) => ({ ...header, [tensor]: { ...header[tensor]!, dtype: 'F16' } }));
    expect(await refusal(weights)).toMatch(/^model\.unreadable-weights .*up_proj/);
  });

  it('are explained when the unembedding is missing', async () => {
    const weights = copyOfWeights('llama3');
    const description = await describeGolden('llama3', { tie_word_embeddings: false });
    const { error } = await settled(() =>
      writeGraph(description, { outputs: ['logits'], weights, folder: temporaryFolder() }),
    );
    expect(error?.code).toBe('model.missing-tensor');
    expect(error?.message).toContain('tie_word_embeddings');
  });

  it('are listed when no file is safetensors', async () => {
    const weights = temporaryFolder();
    writeFileSync(join(weights, 'pytorch_model.bin'), '');
    expect(await refusal(weights)).toMatch(/^model\.no-weights .*received pytorch_model.bin/);
    expect(await refusal(join(weights, 'nowhere'))).toMatch(/^model\.no-weights/);
  });

  it('are refused when a file is cut short', async () => {
    const weights = copyOfWeights('llama3');
    const path = join(weights, 'model.safetensors');
    const bytes = readFileSync(path);
    for (const length of [0, 7, 100, bytes.length - 1]) {
      writeFileSync(path, bytes.subarray(0, length));
      expect(await refusal(weights)).toMatch(/^model\.unreadable-weights/);
    }
  });

  it('are refused when the index points outside the folder or to the wrong file', async () => {
    for (const file of ['../model.safetensors', '/etc/passwd', 'model-00001-of-00002.safetensors', 3]) {
      const weights = copyOfWeights('llama');
      const index = join(weights, 'model.safetensors.index.json');
      const { weight_map: map } = JSON.parse(readFileSync(index, 'utf8')) as {
        weight_map: Record<string, unknown>;
      };
      writeFileSync(
        index,
        JSON.stringify({ weight_map: Object.fromEntries(Object.keys(map).map((name) => [name, file])) }),
      );
      const { error } = await settled(() => writeGolden('llama', weights));
      expect(error?.code).toBe('model.unreadable-weights');
    }
  });
});
