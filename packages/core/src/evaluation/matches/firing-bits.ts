import type { CodeEntries } from '../../sae/sparse-encoder.ts';

/** On which tokens each latent fired, a bit for each. 16,384 latents and 20,000 tokens take 41 MB. */
export class FiringBits {
  /** Number of tokens on which each latent fired, [dSae]. */
  readonly fired: Int32Array;
  readonly #words: number;
  readonly #bits: Uint32Array;

  constructor(dSae: number, tokens: number) {
    this.fired = new Int32Array(dSae);
    this.#words = Math.ceil(tokens / 32);
    this.#bits = new Uint32Array(dSae * this.#words);
  }

  /** @param first the token of the code's first row */
  add({ rowStart, latentOf, values }: CodeEntries, first: number): void {
    for (let row = 0; row + 1 < rowStart.length; row++) {
      const token = first + row;
      for (let e = rowStart[row]!; e < rowStart[row + 1]!; e++) {
        if (!(values[e]! > 0)) continue;
        const latent = latentOf[e]!;
        this.fired[latent]!++;
        this.#bits[latent * this.#words + (token >>> 5)]! |= 1 << (token & 31);
      }
    }
  }

  /** Number of tokens on which a latent of this SAE and one of the other fired. */
  together(latent: number, other: FiringBits, ofOther: number): number {
    let count = 0;
    for (let word = 0; word < this.#words; word++) {
      const both = this.#bits[latent * this.#words + word]! & other.#bits[ofOther * this.#words + word]!;
      if (both !== 0) count += bitsIn(both);
    }
    return count;
  }
}

function bitsIn(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
