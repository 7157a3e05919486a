/** Whether float32, in which everything is trained, has a number near this one: neither infinity nor, for another, 0. */
export function fitsFloat32(value: number): boolean {
  const rounded = Math.fround(value);
  return Number.isFinite(rounded) && (rounded !== 0 || value === 0);
}

/** What is said of one that does not fit. */
export const FLOAT32_PROBLEM = {
  error: 'is no number of float32, in which an SAE is trained',
  params: { expected: 'a magnitude of at least 1.5e-45 and at most 3.4e38' },
};
