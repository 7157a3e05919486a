import { cpSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AutoModelForCausalLM } from '@huggingface/transformers';
import { create, toBinary } from '@bufbuild/protobuf';
import { GraphProtoSchema, ModelProtoSchema, NodeProtoSchema, ValueInfoProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { MODEL, copyOfModel, errorOf, writeFileIn } from '../../test-support.ts';
import { openLanguageModel } from './language-model.ts';

const open = (folder: string): Promise<unknown> => openLanguageModel({ kind: 'folder', folder });

describe('openLanguageModel', () => {
  it('reads config and tokenizer of the shipped model', async () => {
    const { config, tokenizer, files } = await openLanguageModel(MODEL);
    expect(config).toMatchObject({ modelType: 'gpt_neox', layers: 6, contextLength: 128, heads: 4 });
    expect(files.name).toBe('neox-1.7m');
    expect(tokenizer.bosTokenId).toBe(0);
    expect(tokenizer.specialTokenIds).toEqual(new Set([0]));
    const text = 'In the beginning God created the heaven and the earth.';
    const ids = tokenizer.encode(text);
    expect(ids).not.toContain(0);
    expect(tokenizer.decode(ids)).toBe(text);
    expect(tokenizer.encode('')).toEqual([]);
  });

  it('reads a folder that transformers.js loads without fetching anything', async () => {
    const model = await AutoModelForCausalLM.from_pretrained(MODEL.folder, {
      local_files_only: true,
      dtype: 'fp32',
    });
    expect(model.config.model_type).toBe('gpt_neox');
    await model.dispose();
  });

  it('names the missing folder or file', async () => {
    expect((await errorOf(() => open('/nowhere/at/all'))).message).toContain('/nowhere/at/all');
    for (const file of ['config.json', 'tokenizer.json', 'onnx/model.onnx']) {
      const folder = copyOfModel();
      rmSync(join(folder, file));
      const error = await errorOf(() => open(folder));
      expect(error.code).toBe('model.not-found');
      expect(error.message).toContain(file);
    }
  });

  it('says that a file is not a folder', async () => {
    const folder = join(MODEL.folder, 'config.json');
    expect((await errorOf(() => openLanguageModel({ kind: 'folder', folder }))).details).toMatchObject({
      problem: 'it is a file, not a folder',
      received: `"${folder}"`,
    });
  });

  it('uses a graph in half precision if there is no other, and names unsupported ones', async () => {
    const folder = copyOfModel();
    const graph = join(folder, 'onnx/model.onnx');
    renameSync(graph, join(folder, 'onnx/model_fp16.onnx'));
    expect((await openLanguageModel({ kind: 'folder', folder })).files.graph).toContain('model_fp16.onnx');
    renameSync(join(folder, 'onnx/model_fp16.onnx'), join(folder, 'onnx/model_q4.onnx'));
    const error = await errorOf(() => open(folder));
    expect(error).toMatchObject({ code: 'model.missing-variant', details: { expected: 'q4' } });
  });

  it('refuses a merged decoder, by name or by its If nodes', async () => {
    const folder = copyOfModel();
    renameSync(join(folder, 'onnx/model.onnx'), join(folder, 'onnx/decoder_model_merged.onnx'));
    const byName = await errorOf(() => open(folder));
    expect(byName.code).toBe('model.merged-decoder');
    expect(byName.message).toContain('decoder_model_merged.onnx');

    const branches = create(ModelProtoSchema, {
      graph: create(GraphProtoSchema, {
        node: [create(NodeProtoSchema, { opType: 'If', input: ['use_cache_branch'], output: ['logits'] })],
        output: [create(ValueInfoProtoSchema, { name: 'logits' })],
      }),
    });
    writeFileIn(folder, 'onnx/model.onnx', toBinary(ModelProtoSchema, branches));
    expect((await errorOf(() => open(folder))).code).toBe('model.merged-decoder');
  });

  it.each([
    ['bytes that are not ONNX', Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0')],
    ['an empty file', Buffer.alloc(0)],
  ])('names %s', async (_, bytes) => {
    const folder = copyOfModel();
    writeFileIn(folder, 'onnx/model.onnx', bytes);
    const error = await errorOf(() => open(folder));
    expect(error.code).toBe('model.unreadable');
    expect(error.message).toContain(join(folder, 'onnx/model.onnx'));
  });

  it('names an unusable config or tokenizer', async () => {
    const folder = copyOfModel();
    writeFileIn(folder, 'config.json', '{"model_type": "gpt_neox"}');
    expect((await errorOf(() => open(folder))).code).toBe('model.unreadable-config');
    writeFileIn(folder, 'config.json', '{"model_type": "gpt_neox", "num_hidden_layers": 1e15}');
    expect((await errorOf(() => open(folder))).code).toBe('model.unreadable-config');
    cpSync(join(MODEL.folder, 'config.json'), join(folder, 'config.json'));
    writeFileIn(folder, 'tokenizer.json', '{}');
    expect((await errorOf(() => open(folder))).code).toBe('model.unreadable-tokenizer');
  });
});
