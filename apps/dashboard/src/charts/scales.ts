import { scaleLinear, scaleLog } from 'd3-scale';

export type ScaleKind = 'linear' | 'log';

/** Maps data to pixels, with the ticks of the axis. */
export interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
  readonly domain: readonly [number, number];
}

interface ScaleInput {
  readonly kind: ScaleKind;
  readonly domain: readonly [number, number];
  /** In pixels. The second may be smaller than the first, as for y. */
  readonly range: readonly [number, number];
  /** The least distance between ticks, in pixels. */
  readonly spacing: number;
  /** Only integers have ticks, as for counts. */
  readonly whole?: boolean;
}

export function makeScale({ kind, domain: given, range, spacing, whole = false }: ScaleInput): Scale {
  const most = Math.max(2, Math.floor(Math.abs(range[1] - range[0]) / spacing));
  const domain = given[1] > given[0] ? given : paddedDomain(given, kind);
  if (kind === 'log') {
    const scale = scaleLog(domain, range);
    return { at: (value) => scale(value), ticks: axisTicks(domain, most), domain };
  }
  const scale = scaleLinear(domain, range);
  const ticks = scale.ticks(most);
  return {
    at: (value) => scale(value),
    ticks: whole ? ticks.filter((value) => Number.isInteger(value)) : ticks,
    domain,
  };
}

/** Whether such a scale can show a value. */
export function isOnScale(kind: ScaleKind, value: number): boolean {
  return Number.isFinite(value) && (kind === 'linear' || value > 0);
}

/** No axis ends beyond these: numbers next to them cannot be told apart, or are infinite. */
const LIMITS: Readonly<Record<ScaleKind, readonly [number, number]>> = {
  linear: [-1e307, 1e307],
  log: [1e-307, 1e307],
};

/** A log axis spans at least a factor of 2. */
const LEAST_LOG_SPAN = Math.log10(2);
/** A linear axis spans at least this fraction of its values. */
const LEAST_SPAN = 0.01;

/**
 * The range of the values, padded at each end by `padding` of its length. A minimum length keeps an axis from showing
 * nothing but rounding when all values are nearly equal.
 *
 * @param leastSpan the least length of a linear axis; without it, values near 0 have none
 */
export function paddedDomain(
  values: readonly number[],
  kind: ScaleKind,
  padding = 0.06,
  leastSpan = 0,
): readonly [number, number] {
  const placed = values.filter((value) => isOnScale(kind, value));
  if (placed.length === 0) return kind === 'log' ? [1, 10] : [0, 1];
  const forth = kind === 'log' ? Math.log10 : (value: number) => value;
  const back = kind === 'log' ? (value: number) => 10 ** value : (value: number) => value;
  let low = Infinity;
  let high = -Infinity;
  for (const value of placed) {
    low = Math.min(low, forth(value));
    high = Math.max(high, forth(value));
  }
  const size = Math.max(Math.abs(low), Math.abs(high));
  const least = kind === 'log' ? LEAST_LOG_SPAN : Math.max(size * LEAST_SPAN, leastSpan) || 1;
  const room = Math.max((high - low) * padding, (least - (high - low)) / 2);
  const [smallest, largest] = LIMITS[kind];
  return [Math.max(smallest, back(low - room)), Math.min(largest, back(high + room))];
}

/** Of a log axis shorter than a decade, more than this share without a tick is unreadable. */
const LARGEST_GAP = 0.45;

/** The ticks of a log axis. On a short one, e.g. from 9 to 19, the digits leave a gap that round numbers fill. */
function axisTicks(domain: readonly [number, number], most: number): number[] {
  const ticks = logTicks(domain, most);
  const length = Math.log(domain[1] / domain[0]);
  const edges = [domain[0], ...ticks, domain[1]];
  const gaps = edges.slice(1).map((edge, index) => Math.log(edge / edges[index]!) / length);
  const isShort = length < Math.log(10);
  if (ticks.length >= 2 && (!isShort || Math.max(...gaps) <= LARGEST_GAP)) return ticks;
  const round = linearTicks(domain, most);
  return round.length >= ticks.length ? round : ticks;
}

function linearTicks(domain: readonly [number, number], most: number): number[] {
  return scaleLinear(domain, [0, 1]).ticks(Math.min(most, 5));
}

/** 1, 2, 5, 10, 20, … within the domain, or only powers of ten, at most `most` of them. */
export function logTicks([low, high]: readonly [number, number], most: number): number[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const within = (value: number) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9);
  for (const steps of [
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 5],
    [1, 3],
  ]) {
    const ticks = powers(first, last, 1).flatMap((exponent) => steps.map((step) => tick(step, exponent)));
    const shown = ticks.filter(within);
    if (shown.length <= most) return shown;
  }
  const [lowest, highest] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
  const every = Math.max(1, Math.ceil((highest - lowest + 1) / most));
  // Multiples of the distance, so that 1 is included.
  return powers(Math.ceil(lowest / every) * every, highest, every).map((exponent) => tick(1, exponent));
}

function powers(first: number, last: number, every: number): number[] {
  return Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, i) => first + i * every);
}

/** Parsed, because 3 · 10⁻¹ gives 0.30000000000000004. */
function tick(step: number, exponent: number): number {
  return Number(`${step}e${exponent}`);
}
