import { AutoTokenizer } from '@huggingface/transformers';
import { SaeLabError } from '@sae-lab/errors';
import type { ModelFiles } from './model-source.ts';

/** Text to token ids and back. Adds no token of its own: what is put before a text is a setting of the extraction. */
export interface TextTokenizer {
  encode(text: string): number[];
  decode(ids: readonly number[]): string;
  /** The token that begins a text, or null where the tokenizer has none. */
  readonly bosTokenId: number | null;
  readonly specialTokenIds: ReadonlySet<number>;
}

/** @throws SaeLabError `model.unreadable-tokenizer` */
export async function openTokenizer(files: ModelFiles): Promise<TextTokenizer> {
  let tokenizer;
  try {
    tokenizer = await AutoTokenizer.from_pretrained(files.folder, { local_files_only: true });
  } catch (cause) {
    throw new SaeLabError('model.unreadable-tokenizer', {
      problem: 'the tokenizer cannot be read',
      field: files.tokenizer[0] ?? files.folder,
      expected: "a tokenizer.json of Hugging Face's tokenizers library",
      fix: "Download or export the model's tokenizer files again.",
      cause,
    });
  }
  const encode = (text: string): number[] => tokenizer.encode(text, { add_special_tokens: false });
  const bos = tokenizer.bos_token as string | null | undefined;
  return {
    encode,
    decode: (ids) => tokenizer.decode([...ids]),
    bosTokenId: bos ? (encode(bos)[0] ?? null) : null,
    specialTokenIds: new Set<number>(tokenizer.all_special_ids),
  };
}
