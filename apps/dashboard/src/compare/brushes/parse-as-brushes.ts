import { createParser } from 'nuqs';
import { readBrushes, writeBrushes } from './brush.ts';

/** Brushes in the address. */
export const parseAsBrushes = createParser({
  parse: readBrushes,
  serialize: writeBrushes,
  eq: (a, b) => writeBrushes(a) === writeBrushes(b),
});
