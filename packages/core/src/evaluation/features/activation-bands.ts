import { octaveOf } from './activation-histogram.ts';
import { ExampleSlots } from './example-slots.ts';

/** No activation yet. Below every octave of float32. */
const NONE = -1000;

interface BandSizes {
  readonly latents: number;
  readonly bands: number;
  readonly perBand: number;
  readonly window: number;
}

/**
 * Examples of each band of activation. A band is a power of two: the strongest contains the latent's largest activation,
 * the next one has half of it, and the last one has everything below. When a larger activation appears, the bands move up,
 * and those that drop out are merged into the last one.
 *
 * Within a band, the examples with the lowest priorities are kept. A priority is a hash of the example's place in the
 * dataset, so this is a uniform sample that depends on neither batches nor passes.
 */
export class ActivationBands {
  readonly slots: ExampleSlots;
  readonly #bands: number;
  /** The octave of each latent's largest activation. */
  readonly #octave: Int16Array;

  static bytesPerLatent({ bands, perBand, window }: Omit<BandSizes, 'latents'>): number {
    return 2 + bands * (9 + perBand * ExampleSlots.bytesPerSlot(window));
  }

  constructor({ latents, bands, perBand, window }: BandSizes) {
    this.#bands = bands;
    this.#octave = new Int16Array(latents).fill(NONE);
    this.slots = new ExampleSlots({ groups: latents * bands, perGroup: perBand, window });
  }

  /**
   * The group of `slots` that an activation belongs to.
   *
   * @param bits the bits of a positive float32 value
   */
  groupOf(latent: number, bits: number): number {
    const octave = octaveOf(bits);
    const highest = this.#octave[latent]!;
    if (octave > highest) this.#moveUp(latent, highest, octave);
    return octave > this.#octave[latent]! - this.#bands + 1
      ? this.#groupOfOctave(latent, octave)
      : this.#lowest(latent);
  }

  /** The bands of a latent, the strongest first. */
  bandsOf(latent: number): { from: number; to: number; group: number }[] {
    const highest = this.#octave[latent]!;
    if (highest === NONE) return [];
    const octaves = Array.from({ length: this.#bands - 1 }, (_, i) => highest - i);
    return [
      ...octaves.map((octave) => ({
        from: 2 ** octave,
        to: 2 ** (octave + 1),
        group: this.#groupOfOctave(latent, octave),
      })),
      { from: 0, to: 2 ** octaves.at(-1)!, group: this.#lowest(latent) },
    ];
  }

  #moveUp(latent: number, from: number, to: number): void {
    this.#octave[latent] = to;
    if (from === NONE) return;
    const octaves = this.#bands - 1;
    for (let octave = from; octave > from - octaves && octave > NONE; octave--) {
      if (octave <= to - octaves) this.slots.merge(this.#groupOfOctave(latent, octave), this.#lowest(latent));
    }
  }

  /** Octaves take turns, so that a group keeps its place when the bands move up. */
  #groupOfOctave(latent: number, octave: number): number {
    const octaves = this.#bands - 1;
    return latent * this.#bands + (((octave % octaves) + octaves) % octaves);
  }

  #lowest(latent: number): number {
    return latent * this.#bands + this.#bands - 1;
  }
}
