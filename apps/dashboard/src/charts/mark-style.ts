import type { MarkShape } from './mark-path.ts';

/** How a mark looks. The colour is a variable of the style sheet, so that it follows the theme. */
export interface MarkStyle {
  readonly color: string;
  readonly shape: MarkShape;
}

/** Colours that colour-blind readers can tell apart, in the order in which they are given out. */
export const COLORS: readonly string[] = [
  'blue',
  'vermilion',
  'green',
  'gold',
  'purple',
  'slate',
  'sky',
  'brown',
  'teal',
  'rose',
  'olive',
  'indigo',
].map((name) => `var(--variant-${name})`);

export const SHAPES = [
  'circle',
  'square',
  'triangle',
  'diamond',
  'wedge',
  'cross',
  'star',
  'saltire',
  'ring',
  'bowtie',
  'pentagon',
  'bar',
] as const satisfies readonly MarkShape[];

/** Neighbours differ in colour and shape, and the first 144 in one of them. */
export function styleAt(index: number): MarkStyle {
  const turn = Math.floor(index / COLORS.length);
  return {
    color: COLORS[index % COLORS.length]!,
    shape: SHAPES[(index + turn) % SHAPES.length]!,
  };
}
