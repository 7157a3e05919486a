import { SaeLabError } from '@sae-lab/errors';

/** The same for every run, whatever its seed, so that all runs are compared on the same tokens. */
export const SPLIT_SEED = 0;

/**
 * Which rows are for training and which are held out. A hash of the document's text decides, so that all rows of a
 * document, and of its duplicates, are on the same side.
 */
export interface Split {
  /** Fraction of the documents that is held out, in [0, 1). With 0, both parts contain all rows. */
  readonly holdout: number;
  readonly seed: number;
  readonly part: 'train' | 'held-out';
}

/** @returns a predicate on the document hash of a row; undefined if every row belongs to the part */
export function membership({ holdout, seed, part }: Split): ((documentHash: number) => boolean) | undefined {
  if (!(holdout >= 0 && holdout < 1)) {
    throw new SaeLabError('activations.invalid-split', {
      problem: 'is not a valid holdout',
      field: 'holdout',
      expected: 'a number in [0, 1)',
      received: String(holdout),
      fix: 'Set a fraction below 1.',
    });
  }
  if (holdout === 0) return undefined;
  const salt = mix(seed | 0);
  const bound = holdout * 2 ** 32;
  const held = part === 'held-out';
  return (documentHash) => mix(documentHash ^ salt) < bound === held;
}

/** MurmurHash3's finaliser: a bijection of 32 bits in which every input bit affects every output bit. */
export function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
