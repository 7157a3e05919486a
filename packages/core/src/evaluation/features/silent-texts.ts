import { mix } from '../../activations/store/holdout.ts';
import type { CodeEntries } from '../../sae/sparse-encoder.ts';
import type { LatentText } from '../latent-features.ts';
import type { Passage, TextBatch } from './context-rows.ts';
import type { FeatureSettings } from './feature-settings.ts';

/** Texts that are drawn from all documents. */
const DRAWN = 64;
const BYTES = DRAWN / 8;
/** Texts that a latent is delivered with. */
const DELIVERED = 10;

/** A drawn text. */
interface Drawn {
  readonly priority: number;
  /** Where its bits are. */
  readonly slot: number;
  readonly documentHash: number;
  readonly document: number;
  readonly piece: number;
  readonly start: number;
  readonly tokens: readonly number[];
}

/**
 * A uniform sample of texts, each from another document, and the latents that fire in each. So a latent can be given texts in
 * which it is silent. A text is drawn by a hash of its place in the dataset: all SAEs have the same ones, in any batches.
 */
export class SilentTexts {
  static readonly bytesPerLatent = BYTES;
  readonly #settings: Pick<FeatureSettings, 'seed' | 'before' | 'after'>;
  /** Whether a latent fires in the text of a slot: bit, [latents, DRAWN]. */
  readonly #fires: Uint8Array;
  /** By priority, the lowest first. */
  #drawn: Drawn[] = [];

  constructor(latents: number, settings: Pick<FeatureSettings, 'seed' | 'before' | 'after'>) {
    this.#settings = settings;
    this.#fires = new Uint8Array(latents * BYTES);
  }

  /** @param indexOf index of each latent; −1 for those that are not described, [dSae] */
  add({ passages }: TextBatch, code: CodeEntries, indexOf: Int32Array): void {
    for (const passage of passages) {
      // At the end of the tokens, a piece may be cut: what fires in its rest is not known.
      if (passage.positions.length < passage.piece.selected.length) continue;
      const drawn = this.#draw(passage);
      if (drawn !== undefined) this.#note(drawn, passage, code, indexOf);
    }
  }

  /**
   * Texts without the latent. Those of documents that are not among its strongest examples come first.
   *
   * @param documents of the latent's strongest examples
   */
  textsOf(index: number, documents: ReadonlySet<number>, tokenText: (id: number) => string): LatentText[] {
    const silent = this.#drawn.filter(
      ({ slot }) => (this.#fires[index * BYTES + (slot >>> 3)]! & (1 << (slot & 7))) === 0,
    );
    const apart = silent.filter(({ document }) => !documents.has(document));
    const near = silent.filter(({ document }) => documents.has(document));
    // Another place for each latent, so that they do not all have the same texts.
    const first = apart.length === 0 ? 0 : (index * 7919) % apart.length;
    const ordered = [...apart.slice(first), ...apart.slice(0, first), ...near];
    return ordered.slice(0, DELIVERED).map(({ document, piece, start, tokens }) => ({
      document,
      piece,
      start,
      tokens: tokens.map(tokenText),
    }));
  }

  /** Undefined unless a text of the piece is among those with the lowest priorities. */
  #draw({ piece, positions }: Passage): Drawn | undefined {
    const { seed, before, after } = this.#settings;
    const { document, documentHash, index } = piece;
    const priority = mix(mix(seed ^ documentHash) ^ index);
    const same = this.#drawn.find((one) => one.documentHash === documentHash);
    const replaced = same ?? (this.#drawn.length < DRAWN ? undefined : this.#drawn.at(-1)!);
    if (replaced !== undefined && replaced.priority <= priority) return undefined;
    const position = positions[mix(priority) % positions.length]!;
    const start = Math.max(0, position - before);
    const tokens = piece.tokens.slice(start, position + after + 1);
    const slot = replaced?.slot ?? this.#drawn.length;
    const drawn = { priority, slot, documentHash, document, piece: index, start, tokens };
    this.#drawn = [...this.#drawn.filter((one) => one !== replaced), drawn].toSorted(
      (a, b) => a.priority - b.priority,
    );
    return drawn;
  }

  #note(
    { slot, start, tokens }: Drawn,
    { positions, firstRow }: Passage,
    { rowStart, latentOf, values }: CodeEntries,
    indexOf: Int32Array,
  ): void {
    const [byte, bit] = [slot >>> 3, 1 << (slot & 7)];
    for (let at = byte; at < this.#fires.length; at += BYTES) this.#fires[at]! &= ~bit;
    for (const [i, position] of positions.entries()) {
      if (position < start || position >= start + tokens.length) continue;
      const row = firstRow + i;
      for (let entry = rowStart[row]!; entry < rowStart[row + 1]!; entry++) {
        const index = indexOf[latentOf[entry]!]!;
        if (index >= 0 && values[entry]! > 0) this.#fires[index * BYTES + byte]! |= bit;
      }
    }
  }
}
