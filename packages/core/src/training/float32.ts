/** Whether a number survives conversion to float32: it neither overflows to infinity nor underflows to 0. */
export function fitsFloat32(value: number): boolean {
  const rounded = Math.fround(value);
  return Number.isFinite(rounded) && (rounded !== 0 || value === 0);
}

/** Error message for a number that does not. */
export const FLOAT32_PROBLEM = {
  error: 'does not fit float32, in which SAEs are trained',
  params: { expected: 'a magnitude of at least 1.5e-45 and at most 3.4e38' },
};
