import { SaeLabError } from '@sae-lab/errors';

/** The error for an unusable tokenizer file. */
export function unreadableTokenizer(path: string, reason: string, cause?: unknown): SaeLabError {
  return new SaeLabError('model.unreadable-tokenizer', {
    problem: `the tokenizer cannot be read: ${reason}`,
    field: path,
    expected: "the files of Hugging Face's tokenizers library",
    fix: "Download or export the model's tokenizer files again.",
    cause,
  });
}
