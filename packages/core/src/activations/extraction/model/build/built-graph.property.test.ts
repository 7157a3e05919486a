/** Any damaged config or checkpoint gives a graph or a SaeLabError, and never another error. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { damaged, damages } from '../../../../testing/damaged-bytes.ts';
import { settled } from '../../../../testing/refusal.ts';
import { describeGolden, goldenConfig, goldenModel } from './golden-models.ts';
import { writeGraph } from './index.ts';

const RUNS = { seed: 1, numRuns: 200 };
const MODELS = ['gpt-neox', 'gpt2', 'llama-dynamic', 'llama-yarn', 'llama3', 'qwen2', 'gemma3', 'mistral'];

const folder = mkdtempSync(join(tmpdir(), 'sae-lab-built-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a config with a field of any value', () => {
  for (const model of MODELS) {
    it(`gives a graph or a SaeLabError: ${model}`, async () => {
      const config = await goldenConfig(model);
      const rope = Object.keys({
        ...(config['rope_scaling'] as object),
        ...(config['rope_parameters'] as object),
      });
      const value = fc.oneof(
        fc.constantFrom(null, 0, -1, 0.5, 1, 3, 2 ** 31, 1e300, '', 'linear', [], {}, true, false),
        fc.jsonValue(),
      );
      const change = fc.oneof(
        fc.tuple(fc.constantFrom(...Object.keys(config)), value).map(([key, given]) => ({ [key]: given })),
        fc.tuple(fc.constantFrom('factor', ...rope), value).map(([key, given]) => ({
          rope_parameters: { ...(config['rope_parameters'] as object), [key]: given },
        })),
      );
      await fc.assert(
        fc.asyncProperty(change, async (changes) => {
          const { value: description, error } = await settled(() => describeGolden(model, changes));
          if (error === undefined) description.upTo(['logits']);
          else expect(error.code).toMatch(/^model\.(invalid-config|unsupported-(config|architecture))$/);
        }),
        RUNS,
      );
    });
  }
});

describe('a damaged checkpoint', () => {
  it('gives a graph that stays within the bytes of its files, or a SaeLabError', async () => {
    const description = await describeGolden('llama3');
    const path = join(folder, 'model.safetensors');
    const whole = readFileSync(join(goldenModel('llama3'), 'model.safetensors'));
    await fc.assert(
      fc.asyncProperty(damages, async (list) => {
        writeFileSync(path, damaged(whole, list));
        const { value: graph, error } = await settled(() =>
          writeGraph(description, { outputs: ['logits'], weights: folder, folder: join(folder, 'graph') }),
        );
        if (error === undefined) expect(graph.weightFiles).toEqual([path]);
        else expect(error.code).toMatch(/^model\.(unreadable-weights|missing-tensor|tensor-(shape|dtype))$/);
        rmSync(join(folder, 'graph'), { recursive: true, force: true });
      }),
      RUNS,
    );
  });
});
