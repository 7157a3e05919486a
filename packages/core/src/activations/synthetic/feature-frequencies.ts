import type { Random } from '../../random/seeded.ts';

/**
 * The probability with which each feature is active: min(1, c · g^-exponent) for the g-th feature, with c such that they
 * add up to `active`. Never increasing.
 *
 * @returns [features]
 */
export function featureFrequencies({
  features,
  active,
  frequencyExponent,
}: {
  readonly features: number;
  readonly active: number;
  readonly frequencyExponent: number;
}): Float64Array {
  const weights = Float64Array.from({ length: features }, (_, g) => (g + 1) ** -frequencyExponent);
  // tails[g] is the sum of the weights from g on, summed from the smallest.
  const tails = new Float64Array(features + 1);
  for (let g = features - 1; g >= 0; g--) tails[g] = tails[g + 1]! + weights[g]!;
  // Features with a probability above 1 are capped at 1, and the others share the rest.
  let always = 0;
  while (always < features && (active - always) * weights[always]! > tails[always]!) always++;
  const scale = always < features ? (active - always) / tails[always]! : 0;
  return weights.map((weight, g) => (g < always ? 1 : Math.min(1, scale * weight)));
}

/**
 * Visits the active features of one row. Each is active with its own probability, independently of the others. The number
 * of draws grows with the active features, not with all features: it skips ahead geometrically by the largest remaining
 * probability, and accepts the feature it lands on with the ratio of the two probabilities.
 *
 * Source: Miller and Hagberg, "Efficient generation of networks with given expected degrees", 2011.
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
    // 1 − u is in (0, 1], so its logarithm is finite.
    if (bound < 1) feature += Math.floor(Math.log(1 - random.uniform()) / Math.log1p(-bound));
    if (feature >= frequencies.length) return;
    const frequency = frequencies[feature]!;
    if (frequency === bound || random.uniform() < frequency / bound) visit(feature);
    bound = frequency;
    feature++;
  }
}
