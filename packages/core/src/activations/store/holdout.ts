import { SaeLabError } from '@sae-lab/errors';

/** All runs hold out the same documents, whatever their seed, so that they are compared on the same tokens. */
export const SPLIT_SEED = 0;

/**
 * Which rows are for training and which are held out. Decided by a hash of the document's text, so that a
 * document, and every copy of it, is on one side with all of its rows.
 */
export interface Split {
  /** Fraction of the documents that is held out, in [0, 1). With 0 both parts are everything. */
  readonly holdout: number;
  readonly seed: number;
  readonly part: 'train' | 'held-out';
}

/** @returns whether a row with this document hash belongs to the part; undefined when every row does */
export function membership({ holdout, seed, part }: Split): ((documentHash: number) => boolean) | undefined {
  if (!(holdout >= 0 && holdout < 1)) {
    throw new SaeLabError('activations.invalid-split', {
      problem: 'not a fraction to hold out',
      field: 'holdout',
      expected: 'a number in [0, 1)',
      received: String(holdout),
      fix: 'Hold out less than everything.',
    });
  }
  if (holdout === 0) return undefined;
  const salt = mix(seed | 0);
  const bound = holdout * 2 ** 32;
  const held = part === 'held-out';
  return (documentHash) => mix(documentHash ^ salt) < bound === held;
}

/** MurmurHash3's finaliser: a bijection of 32 bits in which every input bit moves every output bit. */
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
