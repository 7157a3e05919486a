import type { Random } from '../../random/seeded.ts';
import type { SyntheticSpec } from './synthetic-spec.ts';

/**
 * How often each feature is on: min(1, c · g^-exponent) for the g-th, with the c for which they add up to `active`.
 * Never increasing.
 *
 * @returns [features]
 */
export function featureFrequencies({
  features,
  active,
  frequencyExponent,
}: Pick<SyntheticSpec, 'features' | 'active' | 'frequencyExponent'>): Float64Array {
  const weights = Float64Array.from({ length: features }, (_, g) => (g + 1) ** -frequencyExponent);
  // tails[g]: the weights of the g-th feature and those after it; summed from the smallest.
  const tails = new Float64Array(features + 1);
  for (let g = features - 1; g >= 0; g--) tails[g] = tails[g + 1]! + weights[g]!;
  // The most frequent ones that would be on more than always take 1 each; the rest share what is left.
  let always = 0;
  while (always < features && (active - always) * weights[always]! > tails[always]!) always++;
  const scale = always < features ? (active - always) / tails[always]! : 0;
  return weights.map((weight, g) => (g < always ? 1 : Math.min(1, scale * weight)));
}

/**
 * Visits the features that are on in one row, each with its own probability, independent of the others. Takes a number
 * of draws in the order of those that are on, not of those that there are: it skips by a geometric distribution of the
 * largest probability left and takes what it lands on with the ratio of the two (Miller and Hagberg, "Efficient
 * generation of networks with given expected degrees", 2011).
 *
 * @param frequencies never increasing, [features]
 */
export function forEachActive(
  frequencies: Float64Array,
  random: Random,
  visit: (feature: number) => void,
): void {
  let feature = 0;
  let bound = frequencies[0]!;
  while (bound > 0) {
    // 1 − u is in (0, 1]: its logarithm is finite, and the skip 0 where the bound is 1.
    if (bound < 1) feature += Math.floor(Math.log(1 - random.uniform()) / Math.log1p(-bound));
    if (feature >= frequencies.length) return;
    const frequency = frequencies[feature]!;
    if (frequency === bound || random.uniform() < frequency / bound) visit(feature);
    bound = frequency;
    feature++;
  }
}
