import type { MarkShape } from '../charts/mark-path.ts';

export interface VariantStyle {
  readonly color: string;
  readonly shape: MarkShape;
}

const style = (color: string, shape: MarkShape): VariantStyle => ({
  color: `var(--variant-${color})`,
  shape,
});

/** Each variant has its own colour and shape, so that either is enough to tell them apart. */
const KNOWN: Record<string, VariantStyle> = {
  'relu-l1': style('blue', 'circle'),
  topk: style('vermilion', 'square'),
  gated: style('green', 'triangle'),
  'batch-topk': style('gold', 'diamond'),
  'jump-relu': style('purple', 'wedge'),
  matryoshka: style('slate', 'cross'),
};
/** Of other variants. The first ones share neither colour nor shape with any other, the rest only one of them. */
const FREE_COLORS = ['sky', 'brown', 'teal', 'rose', 'olive', 'indigo'];
const FREE_SHAPES = ['star', 'saltire', 'ring', 'bowtie', 'pentagon', 'bar'] as const;
const FREE = FREE_SHAPES.flatMap((_, shift) =>
  FREE_COLORS.map((color, index) => style(color, FREE_SHAPES[(index + shift) % FREE_SHAPES.length]!)),
);

/**
 * A variant's colour and shape on every page.
 *
 * @param among the names of all variants in the database: those that the project does not ship share no style
 */
export function variantStyle(name: string, among: readonly string[] = []): VariantStyle {
  const known = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
  if (known) return known;
  const others = [...new Set([...among, name])].filter((other) => !Object.hasOwn(KNOWN, other)).toSorted();
  const taken = new Set<number>();
  for (const other of others) {
    const first = hashOf(other) % FREE_COLORS.length;
    // Its own place, the next free one in the first row, then in the others. Beyond all styles, its own place.
    const row = FREE_COLORS.map((_, step) => (first + step) % FREE_COLORS.length);
    const slot = [...row, ...FREE.keys()].find((place) => !taken.has(place)) ?? first;
    if (other === name) return FREE[slot]!;
    taken.add(slot);
  }
  return FREE[0]!;
}

function hashOf(name: string): number {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + character.codePointAt(0)!) % 1_000_003;
  return hash;
}
