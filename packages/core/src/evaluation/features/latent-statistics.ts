import { mix } from '../../activations/store/holdout.ts';
import type { CodeEntries } from '../../sae/sparse-encoder.ts';
import { ActivationBands } from './activation-bands.ts';
import { ActivationHistograms } from './activation-histogram.ts';
import type { Passage, TextBatch } from './context-rows.ts';
import { ExampleSlots } from './example-slots.ts';
import type { FeatureSettings } from './feature-settings.ts';
import { SilentTexts } from './silent-texts.ts';

/** What is counted of some latents of an SAE during a pass. Everything is in typed arrays of a size known before. */
export class LatentStatistics {
  /** The latents that are described; statistics are by index in this list. */
  readonly latents: Int32Array;
  /** Activations above 0. */
  readonly fired: Uint32Array;
  readonly largest: Float32Array;
  readonly histograms: ActivationHistograms;
  /** The examples with the largest activations; group = index. */
  readonly top: ExampleSlots;
  readonly bands: ActivationBands;
  /** Texts without the latent, by index. */
  readonly silent: SilentTexts;
  readonly #settings: FeatureSettings;
  /** The index of each latent; −1 for those that are not described, [dSae]. */
  readonly #indexOf: Int32Array;

  static bytesPerLatent(settings: FeatureSettings): number {
    const window = windowOf(settings);
    return (
      12 +
      ActivationHistograms.bytesPerLatent +
      9 +
      SilentTexts.bytesPerLatent +
      settings.top * ExampleSlots.bytesPerSlot(window) +
      ActivationBands.bytesPerLatent({ ...settings, window })
    );
  }

  constructor(dSae: number, latents: Int32Array, settings: FeatureSettings) {
    const window = windowOf(settings);
    this.latents = latents;
    this.#settings = settings;
    this.#indexOf = new Int32Array(dSae).fill(-1);
    latents.forEach((latent, index) => (this.#indexOf[latent] = index));
    this.fired = new Uint32Array(latents.length);
    this.largest = new Float32Array(latents.length);
    this.histograms = new ActivationHistograms(latents.length);
    this.top = new ExampleSlots({ groups: latents.length, perGroup: settings.top, window });
    this.bands = new ActivationBands({ ...settings, latents: latents.length, window });
    this.silent = new SilentTexts(latents.length, settings);
  }

  /** @param rowsBefore rows of earlier batches */
  add(batch: TextBatch, code: CodeEntries, rowsBefore: number): void {
    const { passages } = batch;
    this.silent.add(batch, code, this.#indexOf);
    const { rowStart, latentOf, values } = code;
    const bitsOf = new Int32Array(values.buffer, values.byteOffset, values.length);
    for (const passage of passages) {
      for (let i = 0; i < passage.positions.length; i++) {
        const row = passage.firstRow + i;
        const score = -this.#priority(passage, i);
        for (let entry = rowStart[row]!; entry < rowStart[row + 1]!; entry++) {
          const index = this.#indexOf[latentOf[entry]!]!;
          const value = values[entry]!;
          if (index < 0 || !(value > 0)) continue;
          this.fired[index]!++;
          if (value > this.largest[index]!) this.largest[index] = value;
          this.histograms.add(index, bitsOf[entry]!);
          const group = this.bands.groupOf(index, bitsOf[entry]!);
          const isTop = !this.top.isBelow(index, value);
          const isDrawn = !this.bands.slots.isBelow(group, score);
          if (!isTop && !isDrawn) continue;
          const offer = { code, passage, i, latent: latentOf[entry]!, row: rowsBefore + row };
          if (isTop) this.#offer(this.top, index, value, offer);
          if (isDrawn) this.#offer(this.bands.slots, group, score, offer);
        }
      }
    }
  }

  /** A hash of a row's place in the dataset, as an unsigned integer. Duplicates of a document have the same hash. */
  #priority({ piece, positions }: Passage, i: number): number {
    return mix(mix(mix(this.#settings.seed ^ piece.documentHash) ^ piece.index) ^ positions[i]!);
  }

  #offer(slots: ExampleSlots, group: number, score: number, offer: Offer): void {
    const { passage, i } = offer;
    const slot = slots.reserve(group, score, offer.row, passage.piece.documentHash);
    if (slot < 0) return;
    const { tokens, document, index } = passage.piece;
    const position = passage.positions[i]!;
    const start = Math.max(0, position - this.#settings.before);
    const end = Math.min(tokens.length, position + this.#settings.after + 1);
    slots.document[slot] = document;
    slots.piece[slot] = index;
    slots.start[slot] = start;
    slots.length[slot] = end - start;
    slots.at[slot] = position - start;
    const first = slot * windowOf(this.#settings);
    // Before this row there is at most one row for each position of the context.
    let near = Math.max(0, i - (position - start));
    for (let at = start; at < end; at++) {
      slots.tokens[first + at - start] = tokens[at]!;
      while (near < passage.positions.length && passage.positions[near]! < at) near++;
      const hasRow = passage.positions[near] === at;
      slots.activations[first + at - start] = hasRow
        ? valueAt(offer.code, passage.firstRow + near, offer.latent)
        : Number.NaN;
    }
  }
}

/** An activation that may become an example: that of a latent on the i-th selected position of a passage. */
interface Offer {
  readonly code: CodeEntries;
  readonly passage: Passage;
  readonly i: number;
  readonly latent: number;
  /** Index of its row among all rows. */
  readonly row: number;
}

/** Tokens of an example. */
export function windowOf({ before, after }: FeatureSettings): number {
  return before + 1 + after;
}

/** An entry of a code; the latents of a row ascend. */
function valueAt({ rowStart, latentOf, values }: CodeEntries, row: number, latent: number): number {
  let [from, to] = [rowStart[row]!, rowStart[row + 1]!];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (latentOf[middle]! < latent) from = middle + 1;
    else to = middle;
  }
  return from < rowStart[row + 1]! && latentOf[from] === latent ? values[from]! : 0;
}
