export interface Point {
  x: number;
  y: number;
}

/** y = factor · x^exponent. */
export interface PowerLaw {
  factor: number;
  exponent: number;
  /** R²: the share of the variance of log y that the line explains. */
  r2: number;
}

/** Least squares on log axes. */
export function fitPowerLaw(points: readonly Point[]): PowerLaw {
  const [u, v] = [points.map(({ x }) => Math.log(x)), points.map(({ y }) => Math.log(y))];
  const [uMean, vMean] = [mean(u), mean(v)];
  const covariance = mean(u.map((value, i) => (value - uMean) * (v[i]! - vMean)));
  const [uVariance, vVariance] = [mean(u.map((a) => (a - uMean) ** 2)), mean(v.map((a) => (a - vMean) ** 2))];
  const exponent = covariance / uVariance;
  return {
    factor: Math.exp(vMean - exponent * uMean),
    exponent,
    r2: covariance ** 2 / (uVariance * vVariance),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
