import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MODEL, copyOfModel, errorOf, writeFileIn } from '../../test-support.ts';
import { openLanguageModel, type LanguageModel } from './language-model.ts';

type Json = Record<string, unknown>;
const open = (folder: string): Promise<LanguageModel> => openLanguageModel({ kind: 'folder', folder });
const jsonIn = (folder: string, file: string): Json =>
  JSON.parse(readFileSync(join(folder, file), 'utf8')) as Json;

/** The shipped model with a modified config.json. Undefined fields are left out. */
function withConfig(change: Json, write: (json: string) => string | Uint8Array = (json) => json): string {
  const folder = copyOfModel();
  writeFileIn(folder, 'config.json', write(JSON.stringify({ ...jsonIn(folder, 'config.json'), ...change })));
  return folder;
}

describe('the config of a model', () => {
  it.each(['n_layer', 'n_layers', 'num_layers', 'num_decoder_layers'])(
    'may give the number of layers as %s',
    async (key) => {
      const { config } = await open(withConfig({ num_hidden_layers: undefined, [key]: 6 }));
      expect(config).toMatchObject({ modelType: 'gpt_neox', layers: 6, contextLength: 128 });
    },
  );

  it('may give it in the text part, in a nested text part, or next to a null in the text part', async () => {
    const inner = jsonIn(withConfig({}), 'config.json');
    for (const text_config of [inner, { model_type: 'other', text_config: inner }]) {
      const folder = withConfig({}, () => JSON.stringify({ model_type: 'several', text_config }));
      expect((await open(folder)).config).toMatchObject({
        modelType: 'gpt_neox',
        layers: 6,
        contextLength: 128,
      });
    }
    const { config } = await open(
      withConfig({ text_config: { num_hidden_layers: null, model_type: 'text' } }),
    );
    expect(config).toMatchObject({ modelType: 'text', layers: 6 });
  });

  it.each<[string, Json, number | undefined]>([
    ['null', { max_position_embeddings: null }, undefined],
    ['null, and another field', { max_position_embeddings: null, n_positions: null, n_ctx: 64 }, 64],
    ['-1', { max_position_embeddings: -1 }, undefined],
    ['text', { max_position_embeddings: 'long' }, undefined],
  ])('may give the context length as %s', async (_, change, contextLength) => {
    expect((await open(withConfig(change))).config.contextLength).toBe(contextLength);
  });

  it('may begin with a byte-order mark and contain NaN and Infinity, as written by Python', async () => {
    const python = (json: string): string =>
      `\uFEFF${json.replace('"max_position_embeddings":128', '"max_position_embeddings": Infinity')}`;
    const { config } = await open(withConfig({ name: 'NaN "Infinity"' }, python));
    expect(config.contextLength).toBeUndefined();
    const scaled = (json: string): string => json.replace('{', '{"a": NaN, "b": [-Infinity],');
    expect((await open(withConfig({}, scaled))).config.contextLength).toBe(128);
  });

  it.each<[string, Json, (json: string) => string | Uint8Array, string]>([
    ['no layers', { num_hidden_layers: undefined }, (json) => json, 'it has none of num_hidden_layers'],
    ['layers of text', { num_hidden_layers: 'six' }, (json) => json, 'num_hidden_layers is "six"'],
    ['no type', { model_type: undefined }, (json) => json, 'model_type is undefined'],
    ['a list', {}, (json) => `[${json}]`, 'is not a JSON object'],
    ['half of it', {}, (json) => json.slice(0, 40), 'JSON at position 40'],
    ['Latin-1', { name: 'ü' }, (json) => Buffer.from(json, 'latin1'), 'not UTF-8: byte 0xfc'],
  ])('is refused with the reason for %s', async (_, change, write, reason) => {
    const folder = withConfig(change, write);
    const error = await errorOf(() => open(folder));
    expect(error).toMatchObject({
      code: 'model.unreadable-config',
      details: { field: join(folder, 'config.json') },
    });
    expect(error.message).toContain(reason);
  });

  it.each(['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model.onnx'])(
    'is refused where %s is a folder',
    async (file) => {
      const folder = copyOfModel();
      rmSync(join(folder, file));
      mkdirSync(join(folder, file));
      const error = await errorOf(() => open(folder));
      expect(error.code).toMatch(/^model\.unreadable/);
      expect(error.message).toContain('EISDIR');
      expect(error.details.field).toBe(join(folder, file));
    },
  );
});

/** The shipped model with other files for special tokens. Undefined files are deleted. */
function withTokens(files: Record<string, Json | undefined>): string {
  const folder = copyOfModel();
  for (const [name, content] of Object.entries({
    'config.json': { ...jsonIn(folder, 'config.json'), bos_token_id: undefined },
    'generation_config.json': undefined,
    ...files,
  })) {
    if (content === undefined) rmSync(join(folder, name), { force: true });
    else writeFileIn(folder, name, JSON.stringify(content));
  }
  return folder;
}
const TOKEN = '<|endoftext|>';
const config = jsonIn(MODEL.folder, 'config.json');

describe('the token that starts a text', () => {
  it.each<[string, Record<string, Json | undefined>, boolean]>([
    ['tokenizer_config.json', { 'tokenizer_config.json': { bos_token: TOKEN } }, true],
    [
      'tokenizer_config.json, as an object',
      { 'tokenizer_config.json': { bos_token: { content: TOKEN } } },
      true,
    ],
    [
      'special_tokens_map.json',
      { 'tokenizer_config.json': {}, 'special_tokens_map.json': { bos_token: { content: TOKEN } } },
      false,
    ],
    [
      'special_tokens_map.json, without a tokenizer_config.json',
      { 'tokenizer_config.json': undefined, 'special_tokens_map.json': { bos_token: TOKEN } },
      false,
    ],
    [
      'config.json',
      { 'tokenizer_config.json': { bos_token: null }, 'config.json': { ...config, bos_token_id: 0 } },
      false,
    ],
    [
      'generation_config.json',
      { 'tokenizer_config.json': {}, 'generation_config.json': { bos_token_id: 0 } },
      false,
    ],
  ])('is the one named by %s', async (_, files, bosIsItsOwn) => {
    const { tokenizer } = await open(withTokens(files));
    expect(tokenizer.bosTokenId).toBe(0);
    expect(tokenizer.bosIsItsOwn).toBe(bosIsItsOwn);
    expect(tokenizer.decode([0])).toBe(TOKEN);
  });

  it('is looked up in the vocabulary, even if the tokenizer would split it', async () => {
    const folder = withTokens({ 'tokenizer_config.json': { bos_token: 'Ġthe' } });
    const { model } = jsonIn(folder, 'tokenizer.json') as { model: { vocab: Record<string, number> } };
    const { tokenizer } = await open(folder);
    expect(tokenizer.bosTokenId).toBe(model.vocab['Ġthe']);
    expect(tokenizer.bosIsItsOwn).toBe(false);
  });

  it.each<[string, Record<string, Json | undefined>, string, string]>([
    [
      'tokenizer_config.json',
      { 'tokenizer_config.json': { bos_token: '<s>' } },
      'tokenizer_config.json',
      '"<s>"',
    ],
    [
      'special_tokens_map.json',
      { 'tokenizer_config.json': {}, 'special_tokens_map.json': { bos_token: '<s>' } },
      'special_tokens_map.json',
      '"<s>"',
    ],
    [
      'config.json',
      { 'tokenizer_config.json': {}, 'config.json': { ...config, bos_token_id: 50256 } },
      'config.json',
      '50256',
    ],
  ])(
    'is an error if the vocabulary does not contain the one named by %s',
    async (_, files, file, received) => {
      const folder = withTokens(files);
      const { tokenizer } = await open(folder);
      const error = await errorOf(() => tokenizer.bosTokenId);
      expect(error).toMatchObject({
        code: 'model.unknown-token',
        details: { field: join(folder, file), received },
      });
      expect(error.message).toContain('prependBos');
    },
  );

  it('is null if no file names one', async () => {
    expect((await open(withTokens({ 'tokenizer_config.json': {} }))).tokenizer.bosTokenId).toBeNull();
  });
});

describe('the tokenizer of a model', () => {
  it.each<[string, string, string | Uint8Array, string]>([
    ['tokenizer_config.json', 'half of it', '{"bos_token": ', 'JSON'],
    ['tokenizer_config.json', 'a list', '[]', '[] is not a JSON object'],
    ['tokenizer_config.json', 'a token that is a number', '{"bos_token": 3}', 'bos_token is 3'],
    ['tokenizer_config.json', 'Latin-1', Buffer.from('{"name": "ü"}', 'latin1'), 'not UTF-8'],
    ['tokenizer.json', 'nothing', '', 'JSON'],
    ['tokenizer.json', 'Latin-1', Buffer.from('{"name": "ü"}', 'latin1'), 'not UTF-8'],
    ['tokenizer.json', 'another file', '{"model_type": "gpt_neox"}', '"model" property'],
  ])('is refused with the reason if %s is %s', async (file, _, content, reason) => {
    const folder = copyOfModel();
    writeFileIn(folder, file, content);
    const error = await errorOf(() => open(folder));
    expect(error).toMatchObject({
      code: 'model.unreadable-tokenizer',
      details: { field: join(folder, file) },
    });
    expect(error.message).toContain(reason);
  });

  it('may begin with a byte-order mark and give Infinity as its length', async () => {
    const folder = copyOfModel();
    const { tokenizer: as } = await open(folder);
    for (const file of ['tokenizer.json', 'tokenizer_config.json']) {
      const text = readFileSync(join(folder, file), 'utf8').replace(
        '"model_max_length": 128',
        '"model_max_length": Infinity',
      );
      writeFileIn(folder, file, `\uFEFF${text}`);
    }
    const { tokenizer } = await open(folder);
    expect(tokenizer.encode('In the beginning')).toEqual(as.encode('In the beginning'));
    expect(tokenizer.bosTokenId).toBe(0);
  });

  it('is refused if it returns ids without an embedding', async () => {
    const folder = copyOfModel();
    const json = jsonIn(folder, 'tokenizer.json') as { added_tokens: Json[] };
    json.added_tokens.push({ ...json.added_tokens[0], id: 2100, content: '<more>' });
    writeFileIn(folder, 'tokenizer.json', JSON.stringify(json));
    const { tokenizer } = await open(folder);
    expect(tokenizer.encode('fine')).not.toEqual([]);
    const error = await errorOf(() => tokenizer.encode('one <more> word'));
    expect(error).toMatchObject({
      code: 'model.unknown-token',
      details: {
        expected: 'ids below 2048, the number of embeddings',
        received: '2100, the token "<more>"',
      },
    });
  });
});
