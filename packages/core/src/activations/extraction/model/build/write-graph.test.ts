import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { settled } from '../../../../testing/refusal.ts';
import { temporaryFolder } from '../../../test-support.ts';
import { describeGolden, goldenCase, goldenModel, runGraph } from './golden-models.ts';
import { shardsNeeded, type WrittenGraph } from './index.ts';
import { changeHeader, copyOfWeights, renaming, writeGolden } from './test-weights.ts';

async function logits(model: string, { path }: WrittenGraph): Promise<Float32Array> {
  return (await runGraph(path, goldenCase(model)))['logits']!;
}

describe('writeGraph', () => {
  it('does not copy the weights', async () => {
    const weights = copyOfWeights('qwen3');
    const folder = temporaryFolder();
    const { path, weightFiles } = await writeGolden('qwen3', weights, { folder });
    const original = join(weights, 'model.safetensors');
    expect(weightFiles).toEqual([original]);
    const [link] = readdirSync(folder).filter((file) => file.endsWith('.safetensors'));
    expect(statSync(join(folder, link!)).ino).toBe(statSync(original).ino);
    const inlined = readFileSync(path);
    const bytes = readFileSync(original);
    expect(inlined.includes(bytes.subarray(bytes.length - 64))).toBe(false);
  });

  it('follows the symbolic links of a snapshot in the cache, which ONNX Runtime refuses', async () => {
    const cache = copyOfWeights('llama3');
    const snapshot = join(cache, 'snapshot');
    mkdirSync(snapshot);
    renameSync(join(cache, 'model.safetensors'), join(cache, '0a1b2c'));
    symlinkSync('../0a1b2c', join(snapshot, 'model.safetensors'));
    const expected = await logits('llama3', await writeGolden('llama3', goldenModel('llama3')));
    expect(await logits('llama3', await writeGolden('llama3', snapshot))).toEqual(expected);
  });

  it('copies the weights to another file system', async (context) => {
    const shared = '/dev/shm';
    const device = statSync(shared, { throwIfNoEntry: false })?.dev;
    if (device === undefined || device === statSync(tmpdir()).dev) {
      context.skip('there is no second file system at /dev/shm');
    }
    const folder = mkdtempSync(join(shared, 'sae-lab-graph-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const expected = await logits('llama3', await writeGolden('llama3', goldenModel('llama3')));
    expect(await logits('llama3', await writeGolden('llama3', goldenModel('llama3'), { folder }))).toEqual(
      expected,
    );
    expect(readdirSync(folder).filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });

  it('uses changed weights, not an earlier link to them', async () => {
    const weights = copyOfWeights('llama3');
    const folder = temporaryFolder();
    const before = await logits('llama3', await writeGolden('llama3', weights, { folder }));
    const path = join(weights, 'model.safetensors');
    const bytes = readFileSync(path);
    bytes.fill(0, bytes.length - 4096);
    rmSync(path);
    writeFileSync(path, bytes);
    expect(await logits('llama3', await writeGolden('llama3', weights, { folder }))).not.toEqual(before);
  });

  it('reads tensors at any offset', async () => {
    const expected = await logits('gpt2', await writeGolden('gpt2', goldenModel('gpt2')));
    for (const spaces of [1, 2, 3]) {
      const weights = copyOfWeights('gpt2');
      changeHeader(weights, (header) => header, spaces);
      expect(await logits('gpt2', await writeGolden('gpt2', weights))).toEqual(expected);
    }
  });

  it('finds the weights of the text part of a multimodal model', async () => {
    const expected = await logits('gemma2', await writeGolden('gemma2', goldenModel('gemma2')));
    for (const rename of [
      (name: string) => `language_model.${name}`,
      (name: string) => name.replace(/^model\./, 'model.language_model.'),
    ]) {
      const weights = copyOfWeights('gemma2');
      changeHeader(weights, renaming(rename));
      expect(await logits('gemma2', await writeGolden('gemma2', weights))).toEqual(expected);
    }
  });

  it.each(['llama3', 'gpt2', 'gpt-neox-serial'])(
    'finds a tied embedding under the name of the unembedding: %s',
    async (model) => {
      const expected = await logits(model, await writeGolden(model, goldenModel(model)));
      const weights = copyOfWeights(model);
      changeHeader(
        weights,
        renaming((name) => name.replace(/^.*(embed_tokens|wte|embed_in)\./, 'lm_head.')),
      );
      expect(await logits(model, await writeGolden(model, weights))).toEqual(expected);
    },
  );

  it('works without the tensors and files of later layers', async () => {
    const weights = copyOfWeights('llama');
    const index = join(weights, 'model.safetensors.index.json');
    const { weight_map: map } = JSON.parse(readFileSync(index, 'utf8')) as {
      weight_map: Record<string, string>;
    };
    // The shard with everything after layer 0 is missing.
    const late = 'model-00003-of-00003.safetensors';
    for (const name of Object.keys(map)) if (/layers\.1\.|^model\.norm|lm_head/.test(name)) map[name] = late;
    writeFileSync(index, JSON.stringify({ weight_map: map }));
    const outputs = ['blocks.0.hook_resid_post'];
    const description = await describeGolden('llama');
    expect(await shardsNeeded(description, outputs, index)).not.toContain(late);
    expect(await shardsNeeded(description, ['logits'], index)).toContain(late);
    const afterLayers = 'blocks.1.hook_resid_post';
    expect(await shardsNeeded(description, ['logits'], index, afterLayers)).toEqual([late]);
    const { path } = await writeGolden('llama', weights, { outputs });
    const whole = await writeGolden('llama', goldenModel('llama'), { outputs: [...outputs, 'logits'] });
    const [early, all] = [
      await runGraph(path, goldenCase('llama')),
      await runGraph(whole.path, goldenCase('llama')),
    ];
    expect(early[outputs[0]!]).toEqual(all[outputs[0]!]);

    const { error } = await settled(() => writeGolden('llama', weights));
    expect(error?.code).toBe('model.missing-shard');
    expect(error?.message).toContain(late);
  });
});
