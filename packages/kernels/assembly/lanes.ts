// Vectors of four lanes.

/** Which of the sixteen lanes of a, b, c and d are 0, each of which is 0 or all ones: a bit for each. */
export function lanesNotSet(a: v128, b: v128, c: v128, d: v128): u32 {
  const low = i16x8.narrow_i32x4_s(a, b);
  const high = i16x8.narrow_i32x4_s(c, d);
  return <u32>(i8x16.bitmask(i8x16.narrow_i16x8_s(low, high)) ^ 0xffff);
}
