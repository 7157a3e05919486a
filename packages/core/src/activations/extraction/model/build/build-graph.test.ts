import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../../files/safetensors.ts';
import { temporaryFolder } from '../../../test-support.ts';
import { describeGolden, goldenCase, goldenConfig, goldenModel, runGraph } from './golden-models.ts';
import { SUPPORTED_MODEL_TYPES, writeGraph } from './index.ts';

const models = readdirSync(goldenModel());

describe('a graph built from config.json and safetensors', () => {
  it('has a golden model for every architecture', async () => {
    const configs = await Promise.all(models.map(goldenConfig));
    const types = new Set(configs.map(({ model_type: type }) => type));
    // The config of Gemma 3 is reduced to that of its text part, gemma3_text.
    expect(SUPPORTED_MODEL_TYPES.filter((type) => type !== 'gemma3').every((type) => types.has(type))).toBe(
      true,
    );
  });

  for (const model of models) {
    it(`computes the same as transformers at every hook: ${model}`, async () => {
      const weights = goldenModel(model);
      const golden = goldenCase(model);
      const { tensors } = await readSafetensors(join(weights, 'expected.safetensors'));
      const description = await describeGolden(model);

      const names = [...Object.keys(tensors), ...Object.keys(golden.same)];
      expect([...description.hooks.keys()].toSorted()).toEqual(names.toSorted());

      const graph = await writeGraph(description, { outputs: names, weights, folder: temporaryFolder() });
      expect(graph.inputs).toEqual(['input_ids', 'attention_mask']);
      const outputs = await runGraph(graph.path, golden);
      const isToken = golden.mask.flat().map((value) => value === 1);
      for (const hook of names) {
        const expected = tensors[golden.same[hook] ?? hook]!;
        const { name: tensor, width } = description.hooks.get(hook)!;
        expect(expected.shape, hook).toEqual([isToken.filter(Boolean).length, width]);
        const rows = tokenRows(outputs[tensor]!, isToken, width);
        expect(relativeDifference(rows, expected.data as Float32Array), hook).toBeLessThan(1e-4);
      }
    });
  }

  it('computes a hook to the same bits, whatever else the graph computes', async () => {
    const weights = goldenModel('gemma2');
    const description = await describeGolden('gemma2');
    const outputsOf = async (outputs: readonly string[]): Promise<Record<string, Float32Array>> => {
      const { path } = await writeGraph(description, { outputs, weights, folder: temporaryFolder() });
      return runGraph(path, goldenCase('gemma2'));
    };
    const all = await outputsOf([...description.hooks.keys()]);
    for (const hook of ['blocks.1.hook_resid_post', 'blocks.0.ln2.hook_normalized', 'logits']) {
      expect((await outputsOf([hook]))[hook]).toEqual(all[hook]);
    }
  });
});

/** Rows at positions that are not padding. */
function tokenRows(values: Float32Array, isToken: readonly boolean[], width: number): Float32Array {
  const rows = isToken.flatMap((wanted, i) =>
    wanted ? [...values.subarray(i * width, (i + 1) * width)] : [],
  );
  return Float32Array.from(rows);
}

/** The largest difference divided by the largest value; NaN if the values cannot be compared. */
function relativeDifference(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length || !actual.every(Number.isFinite)) return Number.NaN;
  const largest = (values: Float32Array): number =>
    values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest(actual.map((value, i) => value - expected[i]!)) / largest(expected);
}
