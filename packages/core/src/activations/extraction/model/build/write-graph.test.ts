import {
  cpSync,
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
import { shardsNeeded, writeGraph, type WrittenGraph } from './index.ts';

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}
type Header = Record<string, HeaderEntry>;

/** Copies a golden model's weights, so that the test can change them. */
function copyOfWeights(model: string): string {
  const folder = temporaryFolder();
  cpSync(goldenModel(model), folder, { recursive: true });
  return folder;
}

/** Rewrites the header of model.safetensors and pads it with spaces. */
function changeHeader(folder: string, change: (header: Header) => Header, spaces = 0): void {
  const path = join(folder, 'model.safetensors');
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE());
  const header = change(JSON.parse(bytes.subarray(8, 8 + length).toString()) as Header);
  const json = Buffer.from(JSON.stringify(header).trimEnd() + ' '.repeat(spaces));
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(BigInt(json.length));
  writeFileSync(path, Buffer.concat([start, json, bytes.subarray(8 + length)]));
}

/** Writes the graph of a golden model with other weights. */
async function write(
  model: string,
  weights: string,
  { outputs = ['logits'], folder = temporaryFolder() }: { outputs?: string[]; folder?: string } = {},
): Promise<WrittenGraph> {
  return writeGraph(await describeGolden(model), { outputs, weights, folder });
}

async function logits(model: string, { path }: WrittenGraph): Promise<Float32Array> {
  return (await runGraph(path, goldenCase(model)))['logits']!;
}

describe('writeGraph', () => {
  it('does not copy the weights', async () => {
    const weights = copyOfWeights('qwen3');
    const folder = temporaryFolder();
    const { path, weightFiles } = await write('qwen3', weights, { folder });
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
    const expected = await logits('llama3', await write('llama3', goldenModel('llama3')));
    expect(await logits('llama3', await write('llama3', snapshot))).toEqual(expected);
  });

  it('copies the weights to another file system', async (context) => {
    const shared = '/dev/shm';
    const device = statSync(shared, { throwIfNoEntry: false })?.dev;
    if (device === undefined || device === statSync(tmpdir()).dev) {
      context.skip('there is no second file system at /dev/shm');
    }
    const folder = mkdtempSync(join(shared, 'sae-lab-graph-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const expected = await logits('llama3', await write('llama3', goldenModel('llama3')));
    expect(await logits('llama3', await write('llama3', goldenModel('llama3'), { folder }))).toEqual(
      expected,
    );
    expect(readdirSync(folder).filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });

  it('uses changed weights, not an earlier link to them', async () => {
    const weights = copyOfWeights('llama3');
    const folder = temporaryFolder();
    const before = await logits('llama3', await write('llama3', weights, { folder }));
    const path = join(weights, 'model.safetensors');
    const bytes = readFileSync(path);
    bytes.fill(0, bytes.length - 4096);
    rmSync(path);
    writeFileSync(path, bytes);
    expect(await logits('llama3', await write('llama3', weights, { folder }))).not.toEqual(before);
  });

  it('reads tensors at any offset', async () => {
    const expected = await logits('gpt2', await write('gpt2', goldenModel('gpt2')));
    for (const spaces of [1, 2, 3]) {
      const weights = copyOfWeights('gpt2');
      changeHeader(weights, (header) => header, spaces);
      expect(await logits('gpt2', await write('gpt2', weights))).toEqual(expected);
    }
  });

  it('finds the weights of the text part of a multimodal model', async () => {
    const expected = await logits('gemma2', await write('gemma2', goldenModel('gemma2')));
    for (const rename of [
      (name: string) => `language_model.${name}`,
      (name: string) => name.replace(/^model\./, 'model.language_model.'),
    ]) {
      const weights = copyOfWeights('gemma2');
      changeHeader(weights, (header) =>
        Object.fromEntries(Object.entries(header).map(([name, entry]) => [rename(name), entry])),
      );
      expect(await logits('gemma2', await write('gemma2', weights))).toEqual(expected);
    }
  });

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
    const { path } = await write('llama', weights, { outputs });
    const whole = await write('llama', goldenModel('llama'), { outputs: [...outputs, 'logits'] });
    const [early, all] = [
      await runGraph(path, goldenCase('llama')),
      await runGraph(whole.path, goldenCase('llama')),
    ];
    expect(early[outputs[0]!]).toEqual(all[outputs[0]!]);

    const { error } = await settled(() => write('llama', weights));
    expect(error?.code).toBe('model.missing-shard');
    expect(error?.message).toContain(late);
  });
});

describe('weights that a graph cannot use', () => {
  async function refusal(weights: string): Promise<string> {
    const { error } = await settled(() => write('llama3', weights));
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
      const { error } = await settled(() => write('llama', weights));
      expect(error?.code).toBe('model.unreadable-weights');
    }
  });
});
