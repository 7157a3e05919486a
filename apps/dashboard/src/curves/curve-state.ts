import { parseAsArrayOf, parseAsBoolean, parseAsFloat, parseAsString, parseAsStringLiteral } from 'nuqs';

const scale = parseAsStringLiteral(['linear', 'log'] as const);

/** What x of a curve can be. */
const X_UNITS = ['step', 'tokens', 'time', 'wall'] as const;
export type XUnit = (typeof X_UNITS)[number];

/** How curves are drawn. In the address, so that a link shows the same. */
export const curveState = {
  over: parseAsStringLiteral(X_UNITS).withDefault('step'),
  smooth: parseAsFloat.withDefault(0),
  curveX: scale.withDefault('linear'),
  curveY: scale.withDefault('linear'),
  /** The part of x that the reader zoomed into, in its unit. */
  from: parseAsFloat,
  until: parseAsFloat,
  /** Whether groups show their runs, and the groups that do the opposite. */
  runLines: parseAsBoolean.withDefault(true),
  toggled: parseAsArrayOf(parseAsString).withDefault([]),
  /** Whether the axis shows extreme points, too. */
  outliers: parseAsBoolean.withDefault(false),
};
