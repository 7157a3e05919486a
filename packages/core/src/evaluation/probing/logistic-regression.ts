/** A linear probe: it predicts the class where weights · x + bias > 0. */
export interface Probe {
  /** [columns] */
  readonly weights: Float64Array;
  readonly bias: number;
}

/** Gradient at which the fit ends, relative to its start. */
const TOLERANCE = 1e-6;
const MOST_ITERATIONS = 500;
/** Pairs of steps and gradient changes that approximate the curvature. */
const MEMORY = 10;

/**
 * Fits a logistic regression: minimises ½‖w‖² + Σ log(1 + exp(−y (w·x + b))), as scikit-learn's LogisticRegression does with
 * its defaults. The bias is not penalised. Deterministic, in float64, by L-BFGS.
 *
 * Source: Nocedal, "Updating quasi-Newton matrices with limited storage", 1980.
 *
 * @param x rows of features, [rows, columns]
 * @param y whether each row belongs to the class, [rows]
 */
export function fitLogistic(x: Float64Array, y: readonly boolean[], columns: number): Probe {
  const point = new Float64Array(columns + 1);
  let { value, gradient } = objective(x, y, point);
  const end = TOLERANCE * Math.max(1, norm(gradient));
  const history: { step: Float64Array; change: Float64Array; curvature: number }[] = [];
  for (let iteration = 0; iteration < MOST_ITERATIONS && norm(gradient) > end; iteration++) {
    const direction = descentDirection(gradient, history);
    const slope = dot(direction, gradient);
    let length = history.length === 0 ? 1 / norm(gradient) : 1;
    let next = objective(x, y, moved(point, direction, length));
    // Armijo's condition. The objective is convex, so backtracking ends.
    while (next.value > value + 1e-4 * length * slope && length > 1e-12) {
      length /= 2;
      next = objective(x, y, moved(point, direction, length));
    }
    const step = direction.map((component) => component * length);
    const change = next.gradient.map((component, i) => component - gradient[i]!);
    const curvature = dot(step, change);
    if (curvature > 1e-12) history.push({ step, change, curvature });
    if (history.length > MEMORY) history.shift();
    point.forEach((_, i) => (point[i]! += step[i]!));
    if (value - next.value <= 1e-14 * Math.abs(value)) break;
    ({ value, gradient } = next);
  }
  return { weights: point.slice(0, columns), bias: point[columns]! };
}

/** Whether a probe predicts the class of a row, [columns]. */
export function predicts({ weights, bias }: Probe, x: Float64Array): boolean {
  return dot(weights, x) + bias > 0;
}

function objective(
  x: Float64Array,
  y: readonly boolean[],
  point: Float64Array,
): { value: number; gradient: Float64Array } {
  const columns = point.length - 1;
  const gradient = new Float64Array(columns + 1);
  let value = 0;
  for (let j = 0; j < columns; j++) {
    value += (point[j]! * point[j]!) / 2;
    gradient[j] = point[j]!;
  }
  y.forEach((isClass, row) => {
    const start = row * columns;
    let margin = point[columns]!;
    for (let j = 0; j < columns; j++) margin += point[j]! * x[start + j]!;
    const signed = isClass ? margin : -margin;
    // log(1 + e^−s), without overflow.
    value += signed > 0 ? Math.log1p(Math.exp(-signed)) : Math.log1p(Math.exp(signed)) - signed;
    const factor = (isClass ? -1 : 1) / (1 + Math.exp(signed));
    for (let j = 0; j < columns; j++) gradient[j]! += factor * x[start + j]!;
    gradient[columns]! += factor;
  });
  return { value, gradient };
}

/** The two-loop recursion: minus the approximate inverse Hessian times the gradient. */
function descentDirection(
  gradient: Float64Array,
  history: readonly { step: Float64Array; change: Float64Array; curvature: number }[],
): Float64Array {
  const direction = gradient.map((component) => -component);
  const factors: number[] = [];
  for (const { step, change, curvature } of history.toReversed()) {
    const factor = dot(step, direction) / curvature;
    factors.push(factor);
    direction.forEach((_, i) => (direction[i]! -= factor * change[i]!));
  }
  const last = history.at(-1);
  if (last !== undefined) {
    const scale = last.curvature / dot(last.change, last.change);
    direction.forEach((_, i) => (direction[i]! *= scale));
  }
  history.forEach(({ step, change, curvature }, i) => {
    const back = factors[history.length - 1 - i]! - dot(change, direction) / curvature;
    direction.forEach((_, j) => (direction[j]! += back * step[j]!));
  });
  return direction;
}

function moved(point: Float64Array, direction: Float64Array, length: number): Float64Array {
  return point.map((component, i) => component + length * direction[i]!);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function norm(vector: Float64Array): number {
  return Math.sqrt(dot(vector, vector));
}
