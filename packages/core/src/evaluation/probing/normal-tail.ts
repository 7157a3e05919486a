/** From here on, the continued fraction needs few terms. */
const FAR = 3;
const FRACTION_TERMS = 60;
const SERIES_TERMS = 60;

/**
 * Probability that a standard normal variable exceeds z, with a relative error below 1e-12: Laplace's continued fraction far
 * from 0, and the series of the density's integral close to it.
 */
export function normalTail(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < -FAR) return 1 - normalTail(-z);
  if (z > FAR) {
    let fraction = z;
    for (let k = FRACTION_TERMS; k > 0; k--) fraction = z + k / fraction;
    return density / fraction;
  }
  let [term, sum] = [z, z];
  for (let k = 1; k < SERIES_TERMS; k++) {
    term *= (z * z) / (2 * k + 1);
    sum += term;
  }
  return 0.5 - density * sum;
}
