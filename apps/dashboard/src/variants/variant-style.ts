import { COLORS, DASHES, SHAPES, styleAt, type MarkStyle } from '../charts/mark-style.ts';

/** Each variant has its own colour and shape, so that either is enough to tell them apart. */
const KNOWN: ReadonlyMap<string, MarkStyle> = new Map(
  ['relu-l1', 'topk', 'gated', 'batch-topk', 'jump-relu', 'matryoshka'].map((name, index) => [
    name,
    styleAt(index),
  ]),
);
/**
 * Of other variants. The first ones share neither colour nor shape with any other, the rest only one of them. Their lines
 * are not solid, as those of `styleAt`.
 */
const FREE_COLORS = COLORS.slice(KNOWN.size);
const FREE_SHAPES = SHAPES.slice(KNOWN.size);
const FREE = FREE_SHAPES.flatMap((_, shift) =>
  FREE_COLORS.map((color, index): MarkStyle => ({
    color,
    dash: DASHES[(1 + shift) % DASHES.length]!,
    shape: FREE_SHAPES[(index + shift) % FREE_SHAPES.length]!,
  })),
);

/**
 * A variant's colour and shape on every page.
 *
 * @param among the names of all variants in the database: those that the project does not ship share no style
 */
export function variantStyle(name: string, among: readonly string[] = []): MarkStyle {
  return KNOWN.get(name) ?? FREE[freeSlots(others([...among, name])).get(name)!]!;
}

/**
 * The colour and shape of an earlier version of a variant, where runs of several versions are compared. The newest version
 * has the style of the variant.
 *
 * @param version e.g. `topk v1`
 * @param versions all earlier versions: they share no style with each other
 * @param among the names of all variants in the database: their styles are taken
 */
export function earlierVersionStyle(
  version: string,
  versions: readonly string[],
  among: readonly string[] = [],
): MarkStyle {
  const taken = new Set(freeSlots(others(among)).values());
  return FREE[freeSlots([...versions, version], taken).get(version)!]!;
}

function others(names: readonly string[]): string[] {
  return names.filter((name) => !KNOWN.has(name));
}

/** The place of each name in `FREE`: its own, the next free one in the first row, then in the others. */
function freeSlots(names: readonly string[], taken: ReadonlySet<number> = new Set()): Map<string, number> {
  const slots = new Map<string, number>();
  const used = new Set(taken);
  for (const name of [...new Set(names)].toSorted()) {
    const first = hashOf(name) % FREE_COLORS.length;
    const row = FREE_COLORS.map((_, step) => (first + step) % FREE_COLORS.length);
    // Beyond all styles, its own place.
    const slot = [...row, ...FREE.keys()].find((place) => !used.has(place)) ?? first;
    slots.set(name, slot);
    used.add(slot);
  }
  return slots;
}

function hashOf(name: string): number {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + character.codePointAt(0)!) % 1_000_003;
  return hash;
}
