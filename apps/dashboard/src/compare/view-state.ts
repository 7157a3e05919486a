import { parseAsBrushes } from './brushes/parse-as-brushes.ts';
import { curveState } from '../curves/curve-state.ts';
import { VIEWS } from './views.ts';
import { parseAsArrayOf, parseAsFloat, parseAsInteger, parseAsString, parseAsStringLiteral } from 'nuqs';

const scale = parseAsStringLiteral(['linear', 'log'] as const);

/** The reader's choices on the compare page. They are in the address, so that a link shows the same view. */
export const compareState = {
  // Other data are read for these, so the server renders again.
  view: parseAsStringLiteral(VIEWS).withDefault('matched').withOptions({ shallow: false, history: 'push' }),
  histogram: parseAsString.withOptions({ shallow: false }),
  by: parseAsString.withDefault('variant'),
  hook: parseAsString,
  width: parseAsInteger,
  brush: parseAsBrushes.withDefault([]),
  measure: parseAsString,
  baseline: parseAsString,
  l0: parseAsArrayOf(parseAsFloat),
  x: parseAsString.withDefault('l0'),
  y: parseAsString,
  xScale: scale.withDefault('log'),
  yScale: scale.withDefault('linear'),
  shape: parseAsString,
  seeds: parseAsStringLiteral(['mean', 'each'] as const).withDefault('mean'),
  facet: parseAsString,
  members: parseAsInteger,
  references: parseAsStringLiteral(['near', 'all', 'none'] as const).withDefault('near'),
  axes: parseAsArrayOf(parseAsString),
  run: parseAsInteger,
  /** The curves that have a panel, in their order. */
  curve: parseAsArrayOf(parseAsString).withDefault([]),
  ...curveState,
};
