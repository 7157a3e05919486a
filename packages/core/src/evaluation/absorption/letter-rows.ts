import type { TextTokenizer } from '../../activations/extraction/model/text-tokenizer.ts';
import { SPLIT_SEED } from '../../activations/store/holdout.ts';
import { stopIfAsked } from '../../stop.ts';
import type { HeldOutActivations } from '../contract.ts';

/** Activations on tokens that begin a word. */
export interface LetterRows {
  /** [rows, dIn] */
  readonly x: Float32Array;
  /** Lower-case first letter of each row's token. */
  readonly letters: readonly string[];
  readonly tokenIds: readonly number[];
  readonly documentHashes: readonly number[];
  /** Held-out tokens that were read to find them. */
  readonly tokens: number;
}

/** A token that begins a word of at least two letters: the byte-level or sentencepiece mark of a space, then letters. */
const WORD = /^[\s▁Ġ]([A-Za-z])[A-Za-z]+$/u;

/** The lower-case first letter of a token that begins a word; undefined for any other token. */
export function firstLetter(token: string): string | undefined {
  return WORD.exec(token)?.[1]?.toLowerCase();
}

/** Decodes single tokens with their leading space, which some tokenizers drop at the beginning of a text. */
export function tokenReader(tokenizer: TextTokenizer): (id: number) => string {
  const before = tokenizer.encode('a');
  const { length } = tokenizer.decode(before);
  return (id) => tokenizer.decode([...before, id]).slice(length);
}

/**
 * Collects held-out rows on tokens that begin words, at most `perLetter` of each letter, in stored order.
 *
 * @param tokenOf decodes one token id
 * @throws {SaeLabError} `run.stopped`
 */
export async function letterRows(
  { store, holdout }: HeldOutActivations,
  tokenOf: (id: number) => string,
  { maxTokens, perLetter }: { maxTokens: number; perLetter: number },
  signal?: AbortSignal,
): Promise<LetterRows> {
  const { dIn } = store;
  const split = { holdout, seed: SPLIT_SEED, part: 'held-out' } as const;
  const letterOf = new Map<number, string | undefined>();
  const counts = new Map<string, number>();
  const kept: Float32Array[] = [];
  const letters: string[] = [];
  const tokenIds: number[] = [];
  const documentHashes: number[] = [];
  let tokens = 0;
  for await (const batch of store.sequentialBatches({ batchSize: 4096, split, maxRows: maxTokens })) {
    await stopIfAsked(signal);
    tokens += batch.rows;
    for (let row = 0; row < batch.rows; row++) {
      const id = batch.token_ids[row]!;
      if (!letterOf.has(id)) letterOf.set(id, firstLetter(tokenOf(id)));
      const letter = letterOf.get(id);
      if (letter === undefined || (counts.get(letter) ?? 0) >= perLetter) continue;
      counts.set(letter, (counts.get(letter) ?? 0) + 1);
      kept.push(batch.activations.slice(row * dIn, (row + 1) * dIn));
      letters.push(letter);
      tokenIds.push(id);
      documentHashes.push(batch.document_hashes[row]!);
    }
  }
  const x = new Float32Array(kept.length * dIn);
  kept.forEach((row, i) => x.set(row, i * dIn));
  return { x, letters, tokenIds, documentHashes, tokens };
}
