import type { MarkShape } from './mark-path.ts';

/** How a mark looks. The colour is a variable of the style sheet, so that it follows the theme. */
export interface MarkStyle {
  readonly color: string;
  readonly shape: MarkShape;
  /** How a line is interrupted, as SVG writes it; empty for one that is solid. */
  readonly dash: string;
}

/**
 * In the order in which they are given out. Colour-blind readers can tell the first half apart; those of the second half
 * resemble some of the first, so their lines are not solid.
 */
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

export const DASHES = ['', '7 4', '2 3', '10 3 2 3'] as const;

/** Colours that any reader can tell apart. */
const HALF = COLORS.length / 2;
/** The dashes of the first and second half of the colours, turn by turn. */
const ORDER = [
  [0, 2, 1, 3],
  [1, 3, 0, 2],
] as const;

/** Lines that differ in colour or dash. */
export const LINE_STYLES = COLORS.length * DASHES.length;

/**
 * Neighbours differ in colour and shape; the first 144 marks differ in one of them, and the first 48 lines in colour or
 * dash.
 */
export function styleAt(index: number): MarkStyle {
  const turn = Math.floor(index / COLORS.length);
  const half = Math.floor(index / HALF) % 2;
  return {
    color: COLORS[index % COLORS.length]!,
    shape: SHAPES[(index + turn) % SHAPES.length]!,
    dash: DASHES[ORDER[half]![turn % DASHES.length]!],
  };
}
