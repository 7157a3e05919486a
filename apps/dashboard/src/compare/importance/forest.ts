import { intervalOf, type Interval } from '../statistics/interval.ts';
import { randomFrom, shuffle } from './random.ts';
import { growTree, predict, usedFeatures, type Feature } from './tree.ts';

export interface ForestImportance {
  /** For each feature, its total share of the variance, with a 95 % t interval over the trees. */
  readonly shares: readonly Interval[];
  /** Share of the variance that the forest explains on runs that a tree has not seen. */
  readonly explained: number;
}

export const TREES = 200;
const SEED = 1;

/**
 * The permutation importance of features for a target, by a random forest (Breiman 2001). Each tree learns from a bootstrap
 * sample. A feature is shuffled among the runs that the tree has not seen. The growth of the squared error, divided by twice
 * the variance of the target, estimates the total Sobol index of the feature (Jansen 1999): the share of the variance that it
 * contributes, interactions included. So shares of features that interact add up to more than 1. A conditional feature is
 * shuffled among the runs that have it.
 *
 * The result depends on the data alone: the forest has a fixed seed.
 *
 * @param target of each run; must not be constant
 */
export function forestImportance(features: readonly Feature[], target: Float64Array): ForestImportance {
  const n = target.length;
  const mean = target.reduce((sum, value) => sum + value, 0) / n;
  const variance = target.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n;
  const random = randomFrom(SEED);
  const growths: number[][] = features.map(() => []);
  const predicted = new Float64Array(n);
  const counted = new Int32Array(n);
  for (let index = 0; index < TREES; index++) {
    const { seen, unseen } = bootstrap(n, random);
    const tree = growTree(features, target, seen, random);
    const levelsOf = (row: number) => (feature: number) => features[feature]!.levels[row]!;
    let error = 0;
    for (const row of unseen) {
      const value = predict(tree, levelsOf(row));
      predicted[row]! += value;
      counted[row]! += 1;
      error += (value - target[row]!) ** 2;
    }
    if (unseen.length === 0) continue;
    const used = usedFeatures(tree);
    for (const [feature, growth] of growths.entries()) {
      const shuffled = used.has(feature) ? shuffledError(feature) : error;
      growth.push((shuffled - error) / unseen.length / (2 * variance));
    }

    function shuffledError(feature: number): number {
      const { levels, isConditional } = features[feature]!;
      const own = isConditional ? unseen.filter((row) => levels[row]! > 0) : unseen;
      const others = own.slice();
      shuffle(others, random);
      const other = new Map([...own].map((row, place) => [row, others[place]!]));
      let sum = 0;
      for (const row of unseen) {
        const from = other.get(row) ?? row;
        const value = predict(tree, (asked) => features[asked]!.levels[asked === feature ? from : row]!);
        sum += (value - target[row]!) ** 2;
      }
      return sum;
    }
  }
  return {
    shares: growths.map((growth) => intervalOf(growth) ?? { n: 0, mean: 0, low: null, high: null }),
    explained: explainedBy(predicted, counted, target, mean),
  };
}

function bootstrap(n: number, random: () => number): { seen: Int32Array; unseen: Int32Array } {
  const seen = Int32Array.from({ length: n }, () => Math.floor(random() * n));
  const drawn = new Set(seen);
  return { seen, unseen: Int32Array.from([...Array(n).keys()].filter((row) => !drawn.has(row))) };
}

function explainedBy(
  predicted: Float64Array,
  counted: Int32Array,
  target: Float64Array,
  mean: number,
): number {
  let [error, total] = [0, 0];
  for (const [row, count] of counted.entries()) {
    if (count === 0) continue;
    error += (predicted[row]! / count - target[row]!) ** 2;
    total += (target[row]! - mean) ** 2;
  }
  return total === 0 ? 0 : 1 - error / total;
}
