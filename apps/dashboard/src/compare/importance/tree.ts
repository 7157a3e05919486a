/** A setting as a tree sees it: the level of each run. */
export interface Feature {
  /** From 0 on. */
  readonly levels: Int32Array;
  readonly count: number;
  /** Whether levels are numbers in their order. At each split, others are ordered by their mean target. */
  readonly ordered: boolean;
  /**
   * Whether level 0 means that a run's variant does not have the setting. Then only runs that have it are split by it, so
   * that it cannot stand for the variant.
   */
  readonly isConditional: boolean;
}

export type Tree = Leaf | Split;

interface Leaf {
  readonly value: number;
}

interface Split {
  readonly feature: number;
  /** For each level, whether it goes left. */
  readonly left: Uint8Array;
  readonly below: readonly [Tree, Tree];
}

/** Runs of a leaf. */
const LEAST = 2;
/** Features that a split chooses from, as a share. */
const TRIED = 2 / 3;

/**
 * A regression tree with the splits that reduce the squared error most.
 *
 * @param rows the runs that it learns from, with repetitions
 */
export function growTree(
  features: readonly Feature[],
  target: Float64Array,
  rows: Int32Array,
  random: () => number,
): Tree {
  let sum = 0;
  let squares = 0;
  for (const row of rows) {
    sum += target[row]!;
    squares += target[row]! ** 2;
  }
  const mean = sum / rows.length;
  const isPure = squares - rows.length * mean * mean <= 1e-12 * (squares || 1);
  if (isPure || rows.length < 2 * LEAST) return { value: mean };
  const best = bestSplit(features, target, rows, drawn(features.length, random));
  if (best === undefined) return { value: mean };
  const { levels } = features[best.feature]!;
  const side = (which: number) => rows.filter((row) => best.left[levels[row]!] === which);
  return {
    feature: best.feature,
    left: best.left,
    below: [growTree(features, target, side(1), random), growTree(features, target, side(0), random)],
  };
}

/** @param levelOf the level of a feature */
export function predict(tree: Tree, levelOf: (feature: number) => number): number {
  let node = tree;
  while ('feature' in node) node = node.below[node.left[levelOf(node.feature)] === 1 ? 0 : 1]!;
  return node.value;
}

/** The features that a tree asks for. */
export function usedFeatures(tree: Tree, used = new Set<number>()): Set<number> {
  if (!('feature' in tree)) return used;
  used.add(tree.feature);
  for (const node of tree.below) usedFeatures(node, used);
  return used;
}

interface Candidate {
  readonly feature: number;
  readonly left: Uint8Array;
  readonly gain: number;
}

function bestSplit(
  features: readonly Feature[],
  target: Float64Array,
  rows: Int32Array,
  tried: readonly number[],
): Candidate | undefined {
  let best: Candidate | undefined;
  for (const feature of tried) {
    const found = splitOf(features[feature]!, target, rows);
    if (found !== undefined && (best === undefined || found.gain > best.gain)) best = { feature, ...found };
  }
  return best;
}

/** The best cut through the levels in their order; undefined if no cut leaves enough runs on both sides. */
function splitOf(
  { levels, count, ordered, isConditional }: Feature,
  target: Float64Array,
  rows: Int32Array,
): Omit<Candidate, 'feature'> | undefined {
  const sums = new Float64Array(count);
  const sizes = new Int32Array(count);
  for (const row of rows) {
    sums[levels[row]!]! += target[row]!;
    sizes[levels[row]!]! += 1;
  }
  if (isConditional && sizes[0]! > 0) return undefined;
  const present = [...sizes.keys()].filter((level) => sizes[level]! > 0);
  if (present.length < 2) return undefined;
  if (!ordered) present.sort((a, b) => sums[a]! / sizes[a]! - sums[b]! / sizes[b]!);
  const total = present.reduce((sum, level) => sum + sums[level]!, 0);
  let best: { cut: number; gain: number } | undefined;
  let [sum, size] = [0, 0];
  for (let cut = 1; cut < present.length; cut++) {
    sum += sums[present[cut - 1]!]!;
    size += sizes[present[cut - 1]!]!;
    const rest = rows.length - size;
    if (size < LEAST || rest < LEAST) continue;
    // The squared error that the cut removes, up to a constant.
    const gain = sum ** 2 / size + (total - sum) ** 2 / rest - total ** 2 / rows.length;
    if (gain > 0 && (best === undefined || gain > best.gain)) best = { cut, gain };
  }
  if (best === undefined) return undefined;
  return { gain: best.gain, left: sidesOf(present, best.cut, sizes, ordered) };
}

/** Levels without runs go with their neighbours where levels are ordered, otherwise to the larger side. */
function sidesOf(present: readonly number[], cut: number, sizes: Int32Array, ordered: boolean): Uint8Array {
  const left = new Uint8Array(sizes.length);
  if (ordered) return left.fill(1, 0, present[cut]);
  const size = (levels: readonly number[]) => levels.reduce((sum, level) => sum + sizes[level]!, 0);
  const isLarger = size(present.slice(0, cut)) > size(present.slice(cut));
  if (isLarger) left.fill(1);
  for (const [index, level] of present.entries()) left[level] = index < cut ? 1 : 0;
  return left;
}

function drawn(count: number, random: () => number): number[] {
  const all = [...Array(count).keys()];
  const wanted = Math.ceil(count * TRIED);
  for (let index = 0; index < wanted; index++) {
    const other = index + Math.floor(random() * (count - index));
    [all[index], all[other]] = [all[other]!, all[index]!];
  }
  return all.slice(0, wanted);
}
