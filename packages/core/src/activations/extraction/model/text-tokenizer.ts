import type { PreTrainedTokenizer } from '@huggingface/transformers';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import { parsePythonJson } from '../../../files/python-json.ts';
import { readText } from '../../../files/utf8.ts';
import { requireObject } from './model-config.ts';
import type { ModelFiles } from './model-source.ts';
import { idOfToken, nameOfBos, readTokenNames } from './special-tokens.ts';
import { alphabetOf, readablePiece, type PieceAlphabet } from './token-text.ts';
import { unreadableTokenizer } from './unreadable-tokenizer.ts';

/** Converts text to token ids and back. Adds no tokens: the extraction settings decide what is prepended. */
export interface TextTokenizer {
  /** @throws {SaeLabError} `model.unknown-token` for an id without an embedding */
  encode(text: string): number[];
  decode(ids: readonly number[]): string;
  /**
   * A single token as people read it. Bytes that are only part of a character are shown as `<0xE2>`. Undefined for an id
   * that the vocabulary does not have.
   */
  tokenText(id: number): string | undefined;
  /**
   * The beginning-of-sequence token, or null if the model's files name none.
   *
   * @throws {SaeLabError} `model.unknown-token` if the vocabulary does not contain it
   */
  readonly bosTokenId: number | null;
  /** Whether the tokenizer's own files determine that token: they name it, mark it as special and encode it to one id. */
  readonly bosIsItsOwn: boolean;
  readonly specialTokenIds: ReadonlySet<number>;
}

/**
 * Opens a tokenizer.
 *
 * @param vocabularySize number of embeddings of the model, if known
 * @throws {SaeLabError} `model.unreadable-tokenizer`
 */
export async function openTokenizer(
  files: ModelFiles,
  vocabularySize: number = Infinity,
): Promise<TextTokenizer> {
  const [file, configFile] = files.tokenizer as [string, string?];
  const config = configFile === undefined ? {} : await readTokenNames(configFile);
  const { tokenizer, alphabet } = await construct(file, config);
  const vocabulary = tokenizer.get_vocab();
  // Only evaluations show tokens, but then the same ones many thousand times.
  let texts: ReadonlyMap<number, string> | undefined;
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
    tokenText(id) {
      texts ??= new Map([...vocabulary].map(([piece, known]) => [known, readablePiece(piece, alphabet)]));
      return texts.get(id);
    },
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

/** Like AutoTokenizer, which however decodes files leniently and caches them by path. */
async function construct(
  file: string,
  config: Readonly<Record<string, unknown>>,
): Promise<{ tokenizer: PreTrainedTokenizer; alphabet: PieceAlphabet }> {
  // Imported only now: most processes train or compare without text, and the library takes a tenth of their start.
  const transformers = await import('@huggingface/transformers');
  const isTokenizer = (value: unknown): value is typeof PreTrainedTokenizer =>
    typeof value === 'function' && value.prototype instanceof transformers.PreTrainedTokenizer;
  try {
    const json = requireObject(parsePythonJson(await readText(file)));
    const name = String(config['tokenizer_class']).replace(/Fast$/, '');
    const named: unknown = (transformers as Record<string, unknown>)[name];
    const tokenizer = new (isTokenizer(named) ? named : transformers.PreTrainedTokenizer)(json, config);
    return { tokenizer, alphabet: alphabetOf(json) };
  } catch (cause) {
    throw unreadableTokenizer(file, (cause as Error).message, cause);
  }
}

function noEmbedding(
  file: string,
  id: number | undefined,
  vocabulary: ReadonlyMap<string, number>,
  vocabularySize: number,
): SaeLabError {
  if (id === undefined) {
    return new SaeLabError('model.unknown-token', {
      problem: 'the tokenizer has no id for part of the text, and no unknown token',
      field: file,
      expected: 'an id for every text',
      fix: "Download or export the model's tokenizer files again.",
    });
  }
  const token = [...vocabulary].find(([, known]) => known === id)?.[0];
  return new SaeLabError('model.unknown-token', {
    problem: 'the tokenizer returns an id without an embedding in the model',
    field: file,
    expected: `ids below ${vocabularySize}, the number of embeddings`,
    received: `${id}, the token ${describeValue(token)}`,
    fix: 'Use the tokenizer and the graph of the same model.',
  });
}
