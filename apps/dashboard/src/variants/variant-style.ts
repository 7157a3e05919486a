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
const FREE_COLORS = ['sky', 'brown', 'gold', 'purple', 'slate'];
const FREE_SHAPES = ['diamond', 'wedge', 'cross'] as const;

/** A variant's colour and shape on every page. They depend only on its name. */
export function variantStyle(name: string): VariantStyle {
  const known = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
  if (known) return known;
  let hash = 0;
  for (const character of name) hash = (hash * 31 + character.codePointAt(0)!) % 1_000_003;
  return style(FREE_COLORS[hash % FREE_COLORS.length]!, FREE_SHAPES[hash % FREE_SHAPES.length]!);
}
