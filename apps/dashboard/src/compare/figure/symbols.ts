import type { SymbolType } from '@observablehq/plot';
import type { MarkShape } from '../../charts/mark-path.ts';

type Corner = readonly [x: number, y: number];

/** The symbol of a plot with the corners of a shape of radius 1. */
function polygon(corners: readonly Corner[]): SymbolType {
  return {
    draw(context: CanvasPath, size: number) {
      const r = Math.sqrt(size / Math.PI);
      corners.forEach(([x, y], i) => (i === 0 ? context.moveTo(r * x, r * y) : context.lineTo(r * x, r * y)));
      context.closePath();
    },
  } as SymbolType;
}

/** The inner circle runs the other way, so that it stays empty. */
const ring = {
  draw(context: CanvasPath, size: number) {
    const r = Math.sqrt(size / Math.PI);
    context.moveTo(1.1 * r, 0);
    context.arc(0, 0, 1.1 * r, 0, 2 * Math.PI);
    context.moveTo(0.5 * r, 0);
    context.arc(0, 0, 0.5 * r, 0, 2 * Math.PI, true);
  },
} as SymbolType;

function turned([x, y]: Corner): Corner {
  return [(x - y) / Math.SQRT2, (x + y) / Math.SQRT2];
}

const [arm, half] = [1.15, 0.4];
const CROSS: readonly Corner[] = [
  [-arm, -half],
  [-half, -half],
  [-half, -arm],
  [half, -arm],
  [half, -half],
  [arm, -half],
  [arm, half],
  [half, half],
  [half, arm],
  [-half, arm],
  [-half, half],
  [-arm, half],
];

/** The marks of the legends as symbols of a plot. */
export const SYMBOLS: Readonly<Record<MarkShape, SymbolType>> = {
  circle: 'circle',
  square: 'square',
  triangle: 'triangle',
  diamond: 'diamond',
  wedge: polygon([
    [0, 1.25],
    [1.15, -0.85],
    [-1.15, -0.85],
  ]),
  cross: 'cross',
  star: 'star',
  saltire: polygon(CROSS.map(turned)),
  ring,
  bowtie: polygon([
    [-1.2, -1],
    [1.2, 1],
    [1.2, -1],
    [-1.2, 1],
  ]),
  pentagon: polygon(
    Array.from({ length: 5 }, (_, corner): Corner => {
      const angle = (2 * Math.PI * corner) / 5 - Math.PI / 2;
      return [1.15 * Math.cos(angle), 1.15 * Math.sin(angle)];
    }),
  ),
  bar: polygon([
    [-0.5, -1.3],
    [0.5, -1.3],
    [0.5, 1.3],
    [-0.5, 1.3],
  ]),
};
