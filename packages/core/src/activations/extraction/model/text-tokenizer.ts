import * as transformers from '@huggingface/transformers';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import { parsePythonJson } from '../../../files/python-json.ts';
import { readText } from '../../../files/utf8.ts';
import { requireObject } from './model-config.ts';
import type { ModelFiles } from './model-source.ts';
import { idOfToken, nameOfBos, readTokenNames } from './special-tokens.ts';
import { unreadableTokenizer } from './unreadable-tokenizer.ts';

/** Text to token ids and back. Adds no token of its own: what is put before a text is a setting of the extraction. */
export interface TextTokenizer {
  /** @throws SaeLabError `model.unknown-token` for an id that the model has no embedding of */
  encode(text: string): number[];
  decode(ids: readonly number[]): string;
  /**
   * The token that begins a text, or null where the model's files name none.
   *
   * @throws SaeLabError `model.unknown-token` when the vocabulary lacks the token that they name
   */
  readonly bosTokenId: number | null;
  /** Whether the tokenizer's own files decide that token, as one that they encode to one id and mark as special. */
  readonly bosIsItsOwn: boolean;
  readonly specialTokenIds: ReadonlySet<number>;
}

/**
 * @param vocabularySize tokens that the model has embeddings of, where that is known
 * @throws SaeLabError `model.unreadable-tokenizer`
 */
export async function openTokenizer(
  files: ModelFiles,
  vocabularySize: number = Infinity,
): Promise<TextTokenizer> {
  const [file, configFile] = files.tokenizer as [string, string?];
  const config = configFile === undefined ? {} : await readTokenNames(configFile);
  const tokenizer = await construct(file, config);
  const vocabulary = tokenizer.get_vocab();
  const requireEmbedding = (id: number | undefined): number => {
    if (id !== undefined && id < vocabularySize) return id;
    throw noEmbedding(file, id, vocabulary, vocabularySize);
  };
  const encode = (text: string): number[] => {
    const ids = tokenizer.encode(text, { add_special_tokens: false });
    for (const id of ids) requireEmbedding(id);
    return ids;
  };
  const specialTokenIds = new Set<number>(tokenizer.all_special_ids);
  const bos = await nameOfBos(files, config);
  return {
    encode,
    decode: (ids) => tokenizer.decode([...ids]),
    get bosTokenId() {
      return bos === undefined ? null : requireEmbedding(idOfToken(bos, vocabulary));
    },
    get bosIsItsOwn() {
      if (bos?.file !== configFile || typeof bos?.token !== 'string') return false;
      const ids = tokenizer.encode(bos.token, { add_special_tokens: false });
      return ids.length === 1 && ids[0] === vocabulary.get(bos.token) && specialTokenIds.has(ids[0]!);
    },
    specialTokenIds,
  };
}

/** As AutoTokenizer does, which decodes the files leniently and remembers them by path. */
async function construct(
  file: string,
  config: Readonly<Record<string, unknown>>,
): Promise<transformers.PreTrainedTokenizer> {
  try {
    const json = requireObject(parsePythonJson(await readText(file)));
    const name = String(config['tokenizer_class']).replace(/Fast$/, '');
    const named: unknown = (transformers as Record<string, unknown>)[name];
    return new (isTokenizer(named) ? named : transformers.PreTrainedTokenizer)(json, config);
  } catch (cause) {
    throw unreadableTokenizer(file, (cause as Error).message, cause);
  }
}

function isTokenizer(value: unknown): value is typeof transformers.PreTrainedTokenizer {
  return typeof value === 'function' && value.prototype instanceof transformers.PreTrainedTokenizer;
}

function noEmbedding(
  file: string,
  id: number | undefined,
  vocabulary: ReadonlyMap<string, number>,
  vocabularySize: number,
): SaeLabError {
  if (id === undefined) {
    return new SaeLabError('model.unknown-token', {
      problem: 'the tokenizer has no id for a part of the text, and no token for unknown parts',
      field: file,
      expected: 'an id for every text',
      fix: "Download or export the model's tokenizer files again.",
    });
  }
  const token = [...vocabulary].find(([, known]) => known === id)?.[0];
  return new SaeLabError('model.unknown-token', {
    problem: 'the tokenizer gives the id of a token that the model has no embedding of',
    field: file,
    expected: `ids below ${vocabularySize}, the rows of the embedding`,
    received: `${id}, the token ${describeValue(token)}`,
    fix: 'Take the tokenizer and the graph of one model.',
  });
}
