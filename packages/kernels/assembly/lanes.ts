// Vectors of four lanes.

/** A mask of the sixteen lanes of a, b, c and d: 1 where a lane is 0. Every lane is 0 or all ones. */
export function lanesNotSet(a: v128, b: v128, c: v128, d: v128): u32 {
  const low = i16x8.narrow_i32x4_s(a, b);
  const high = i16x8.narrow_i32x4_s(c, d);
  return <u32>(i8x16.bitmask(i8x16.narrow_i16x8_s(low, high)) ^ 0xffff);
}
