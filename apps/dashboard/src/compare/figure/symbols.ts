import type { SymbolType } from '@observablehq/plot';
import type { MarkShape } from '../../charts/mark-path.ts';

/** A triangle that points down, of the given area. */
const wedge = {
  draw(context: CanvasPath, size: number) {
    const r = Math.sqrt(size / Math.PI);
    context.moveTo(0, 1.25 * r);
    context.lineTo(1.15 * r, -0.85 * r);
    context.lineTo(-1.15 * r, -0.85 * r);
    context.closePath();
  },
};

/** The marks of the legends as symbols of a plot. */
export const SYMBOLS: Readonly<Record<MarkShape, SymbolType>> = {
  circle: 'circle',
  square: 'square',
  triangle: 'triangle',
  diamond: 'diamond',
  wedge: wedge as SymbolType,
  cross: 'cross',
};
