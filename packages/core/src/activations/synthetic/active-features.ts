import type { Random } from '../../random/seeded.ts';
import { featureFrequencies, forEachActive } from './feature-frequencies.ts';
import type { SyntheticSpec } from './synthetic-spec.ts';

/** Visits the active features of one row. */
export type ActiveFeatures = (random: Random, visit: (feature: number) => void) => void;

/** How a specification chooses the active features of a row: independently, by groups, with children. */
export function activeFeatures(spec: SyntheticSpec): ActiveFeatures {
  const parents = parentsOf(spec);
  const frequencies = featureFrequencies({ ...spec, features: parents });
  const chosen = spec.groups === undefined ? independent(frequencies) : inGroups(frequencies, spec.groups);
  const { hierarchy } = spec;
  if (hierarchy === undefined) return chosen;
  return (random, visit) =>
    chosen(random, (parent) => {
      visit(parent);
      if (random.uniform() >= hierarchy.probability) return;
      visit(childOf(spec, parent, random.integer(0, hierarchy.children - 1)));
    });
}

/** Number of features that have children, which come first; all of them without a hierarchy. */
export function parentsOf({ features, hierarchy }: Pick<SyntheticSpec, 'features' | 'hierarchy'>): number {
  return hierarchy === undefined ? features : features / (1 + hierarchy.children);
}

/** The n-th child of a parent. */
export function childOf(spec: SyntheticSpec, parent: number, n: number): number {
  return parentsOf(spec) + parent * spec.hierarchy!.children + n;
}

function independent(frequencies: Float64Array): ActiveFeatures {
  return (random, visit) => forEachActive(frequencies, random, visit);
}

/** Feature g is in group g mod count. Within a group that a row uses, frequencies are higher, so that the means stay. */
function inGroups(
  frequencies: Float64Array,
  { count, probability }: NonNullable<SyntheticSpec['groups']>,
): ActiveFeatures {
  const used = new Float64Array(count).fill(probability);
  const within = Array.from({ length: count }, (_, group) =>
    frequencies.filter((_frequency, g) => g % count === group).map((frequency) => frequency / probability),
  );
  return (random, visit) =>
    forEachActive(used, random, (group) =>
      forEachActive(within[group]!, random, (n) => visit(group + n * count)),
    );
}
