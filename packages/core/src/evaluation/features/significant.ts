/** Significant digits of stored numbers: enough for people, and a fraction of the space. */
const DIGITS = 5;

/** Rounds a number that is stored to be read by people. */
export function significant(value: number): number {
  // Most activations in the context of an example are 0, and writing a number to read it again is slow.
  return value === 0 ? 0 : Number(value.toPrecision(DIGITS));
}
