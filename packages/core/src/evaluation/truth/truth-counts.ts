import { childOf, parentsOf } from '../../activations/synthetic/active-features.ts';
import type { SyntheticSpec } from '../../activations/synthetic/synthetic-spec.ts';
import type { EvaluationResult } from '../contract.ts';

/** A decoder row with a larger cosine to a true direction stands for it. */
const STANDS_FOR = 0.7;

/** Counts how often a feature and its latent agree, over rows. */
export class TruthCounts {
  /** The latent of each feature: the one with the most similar decoder row, [features]. */
  readonly latents: Int32Array;
  readonly #spec: SyntheticSpec;
  readonly #split: number;
  readonly #both: Float64Array;
  readonly #feature: Float64Array;
  readonly #latent: Float64Array;
  /** Rows with an active child, by parent, and those of them in which the parent is absorbed. */
  readonly #withChild: Float64Array;
  readonly #absorbed: Float64Array;
  #rows = 0;
  readonly #documents = new Set<number>();

  /** @param nearest the most similar true direction of each latent */
  constructor(
    spec: SyntheticSpec,
    latents: Int32Array,
    nearest: { readonly cosine: Float32Array; readonly row: Int32Array },
  ) {
    this.#spec = spec;
    this.latents = latents;
    this.#both = new Float64Array(spec.features);
    this.#feature = new Float64Array(spec.features);
    this.#latent = new Float64Array(spec.features);
    this.#withChild = new Float64Array(parentsOf(spec));
    this.#absorbed = new Float64Array(parentsOf(spec));
    const standing = new Uint32Array(spec.features);
    nearest.cosine.forEach((cosine, latent) => {
      if (cosine > STANDS_FOR) standing[nearest.row[latent]!]!++;
    });
    this.#split = standing.filter((count) => count > 1).length / spec.features;
  }

  /**
   * @param documents document of each row, [B]
   * @param active true features of each row
   * @param fires whether the latent of each feature fires, [B, features] in row order
   */
  add(documents: readonly number[], active: readonly (readonly number[])[], fires: Uint8Array): void {
    const { features } = this.#spec;
    active.forEach((present, row) => {
      this.#rows++;
      this.#documents.add(documents[row]!);
      const fired = fires.subarray(row * features, (row + 1) * features);
      fired.forEach((fire, feature) => (this.#latent[feature]! += fire));
      for (const feature of present) {
        this.#feature[feature]!++;
        this.#both[feature]! += fired[feature]!;
      }
      this.#addFamilies(present, fired);
    });
  }

  #addFamilies(present: readonly number[], fired: Uint8Array): void {
    const { hierarchy } = this.#spec;
    if (hierarchy === undefined) return;
    const parents = parentsOf(this.#spec);
    for (const child of present) {
      if (child < parents) continue;
      const parent = Math.floor((child - childOf(this.#spec, 0, 0)) / hierarchy.children);
      this.#withChild[parent]!++;
      // One latent for both is not absorption: it fires for the parent, too.
      if (fired[parent] === 0 && fired[child] === 1) this.#absorbed[parent]!++;
    }
  }

  /**
   * - `feature_f1`: mean over the features that are active at all of F1, 2·both / (feature + latent)
   * - `split_fraction`: fraction of features that several decoder rows stand for, with cosines above 0.7
   * - `true_absorption`: mean over parents of the fraction of rows with an active child in which the latent of the child
   *   fires and that of the parent, which is active too, does not; NaN without a hierarchy
   */
  result(): EvaluationResult {
    const f1 = [...this.#feature].flatMap((active, g) =>
      active > 0 ? [(2 * this.#both[g]!) / (active + this.#latent[g]!)] : [],
    );
    const absorbed = [...this.#withChild].flatMap((rows, parent) =>
      rows > 0 ? [this.#absorbed[parent]! / rows] : [],
    );
    return {
      figures: {
        feature_f1: meanOf(f1),
        split_fraction: this.#split,
        true_absorption: meanOf(absorbed),
      },
      intervals: {},
      histograms: {},
      tokens: this.#rows,
      documents: this.#documents.size,
    };
  }
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}
