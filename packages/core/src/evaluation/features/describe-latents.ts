import type { LatentExample, LatentFeatures } from '../latent-features.ts';
import type { ExampleSlots } from './example-slots.ts';
import type { FeatureSettings } from './feature-settings.ts';
import { windowOf, type LatentStatistics } from './latent-statistics.ts';
import { significant } from './significant.ts';

/** Probabilities of the quantiles of a latent's activations. */
const QUANTILES = [0.1, 0.25, 0.5, 0.75, 0.9, 0.99];

/** What the text says of a latent; the rest is from the weights. */
export type LatentInText = Pick<
  LatentFeatures,
  'latent' | 'density' | 'maxActivation' | 'histogram' | 'quantiles' | 'top' | 'bands' | 'silent'
>;

/**
 * Describes the latent with an index in the statistics.
 *
 * @param rows rows of the pass
 * @param tokenText the token of an id
 */
export function describeLatent(
  statistics: LatentStatistics,
  index: number,
  rows: number,
  settings: FeatureSettings,
  tokenText: (id: number) => string,
): LatentInText {
  const { top, bands, histograms } = statistics;
  const examples = (slots: ExampleSlots, ordered: readonly number[]): LatentExample[] =>
    ordered.map((slot) => exampleAt(slots, slot, windowOf(settings), tokenText));
  const maxActivation = statistics.largest[index]!;
  const fired = statistics.fired[index]!;
  const quantiles = fired === 0 ? [] : histograms.quantiles(index, QUANTILES);
  const strongest = examples(top, top.slotsOf(index).toSorted(top.compare));
  return {
    latent: statistics.latents[index]!,
    density: fired / rows,
    maxActivation: significant(maxActivation),
    histogram: histograms.histogram(index),
    quantiles: quantiles.map((value, i) => ({
      p: QUANTILES[i]!,
      value: significant(Math.min(value, maxActivation)),
    })),
    top: strongest,
    bands: bands.bandsOf(index).flatMap(({ from, to, group }) => {
      const slots = bands.slots.slotsOf(group);
      if (slots.length === 0) return [];
      const strength = (slot: number): number => bands.slots.activationOf(slot);
      const ordered = slots.toSorted((a, b) => strength(b) - strength(a) || bands.slots.compare(a, b));
      return { from, to, examples: examples(bands.slots, ordered) };
    }),
    silent: statistics.silent.textsOf(index, new Set(strongest.map(({ document }) => document)), tokenText),
  };
}

function exampleAt(
  slots: ExampleSlots,
  slot: number,
  window: number,
  tokenText: (id: number) => string,
): LatentExample {
  const [first, length] = [slot * window, slots.length[slot]!];
  const tokens: string[] = [];
  const activations: (number | null)[] = [];
  // By index: there are millions of tokens, and `Array.from` takes several times as long.
  for (let at = first; at < first + length; at++) {
    tokens.push(tokenText(slots.tokens[at]!));
    const value = slots.activations[at]!;
    activations.push(Number.isNaN(value) ? null : significant(value));
  }
  return {
    document: slots.document[slot]!,
    piece: slots.piece[slot]!,
    start: slots.start[slot]!,
    tokens,
    activations,
    at: slots.at[slot]!,
  };
}
