/** Special tokens in a model's files, which name them by text or by id. */
import { basename } from 'node:path';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import { z } from 'zod';
import { parsePythonJson } from '../../../files/python-json.ts';
import { readText } from '../../../files/utf8.ts';
import { readTextConfig, requireObject, type JsonObject } from './model-config.ts';
import type { ModelFiles } from './model-source.ts';
import { unreadableTokenizer } from './unreadable-tokenizer.ts';

/** A token as Hugging Face libraries write it: its text, or an object that contains it. */
const tokenSchema = z
  .union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)])
  .nullish();
const namesSchema = z.looseObject({
  bos_token: tokenSchema,
  eos_token: tokenSchema,
  unk_token: tokenSchema,
  sep_token: tokenSchema,
  pad_token: tokenSchema,
  cls_token: tokenSchema,
  mask_token: tokenSchema,
});

/** A token that a file names. */
export interface NamedToken {
  readonly file: string;
  readonly token: string | number;
}

/**
 * Reads a file that names special tokens by their text.
 *
 * @throws {SaeLabError} `model.unreadable-tokenizer`
 */
export async function readTokenNames(path: string): Promise<z.infer<typeof namesSchema>> {
  let value: JsonObject;
  try {
    value = requireObject(parsePythonJson(await readText(path)));
  } catch (cause) {
    throw unreadableTokenizer(path, (cause as Error).message, cause);
  }
  const { success, data, error } = namesSchema.safeParse(value);
  if (success) return data;
  const field = String(error.issues[0]!.path[0]);
  throw unreadableTokenizer(
    path,
    `${field} is ${describeValue(value[field])}, not a token's text or an object with its content`,
  );
}

/** The beginning-of-sequence token, from the first file that names one. */
export async function nameOfBos(
  { config, tokenizer, specialTokens }: ModelFiles,
  tokenizerConfig: z.infer<typeof namesSchema>,
): Promise<NamedToken | undefined> {
  if (tokenizerConfig.bos_token) return { file: tokenizer.at(-1)!, token: tokenizerConfig.bos_token };
  for (const file of specialTokens.filter((path) => basename(path) === 'special_tokens_map.json')) {
    const { bos_token: token } = await readTokenNames(file);
    if (token) return { file, token };
  }
  for (const file of [
    config,
    ...specialTokens.filter((path) => basename(path) === 'generation_config.json'),
  ]) {
    const token = (await readTextConfig(file))['bos_token_id'];
    if (typeof token === 'number') return { file, token };
  }
  return undefined;
}

/**
 * The id of a token.
 *
 * @param vocabulary ids by token
 * @throws {SaeLabError} `model.unknown-token` if the vocabulary does not contain it
 */
export function idOfToken({ file, token }: NamedToken, vocabulary: ReadonlyMap<string, number>): number {
  const ids = typeof token === 'number' ? [...vocabulary.values()] : [vocabulary.get(token)];
  const id = typeof token === 'number' ? ids.find((known) => known === token) : ids[0];
  if (id !== undefined) return id;
  throw new SaeLabError('model.unknown-token', {
    problem: 'the beginning-of-sequence token is not in the vocabulary',
    field: file,
    expected: 'a token of tokenizer.json',
    received: describeValue(token),
    fix: 'Correct the file, or set prependBos to false.',
  });
}
