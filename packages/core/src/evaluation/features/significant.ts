/** Significant digits of stored numbers: enough for people, and a fraction of the space. */
const DIGITS = 5;

/** Rounds a number that is stored to be read by people. */
export function significant(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
