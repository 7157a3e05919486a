import type { Measure } from './measure.ts';
import { fixed, integer, percent, short, type Format } from './number.ts';

/** A tick has no more digits than this. */
const MOST_DIGITS = 8;
/** The part of the last digit written below which a difference is taken for rounding. */
const ROUNDING = 1e-3;
/** Axes span at least this many units of the last digit written. */
const LEAST_UNITS = 10;

/** The smallest difference that is written at a value: one unit of its last digit. 0 where that depends on the value, 0. */
export function resolutionOf({ form = 'significant', digits = 4 }: Measure, value: number): number {
  switch (form) {
    case 'fixed':
      return 10 ** -digits;
    case 'percent':
      return 10 ** -(digits + 2);
    case 'count':
      return 1;
    case 'significant': {
      const size = Math.abs(value);
      return size > 0 && Number.isFinite(size) ? 10 ** (Math.floor(Math.log10(size)) + 1 - digits) : 0;
    }
  }
}

/** Differences of a measure below this, at a value, come from summing in another order. */
export function roundingOf(measure: Measure, value: number): number {
  return resolutionOf(measure, value) * ROUNDING;
}

/** The least length of an axis that shows these values: a shorter one would show differences that nobody reads. */
export function leastSpanOf(measure: Measure, values: readonly number[]): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return resolutionOf(measure, largest) * LEAST_UNITS;
}

/**
 * How the ticks of an axis are written: in the fewest digits that write each of them as it is. Evenly spaced ones have the
 * same number of decimals, e.g. 0.78, 0.80 and 0.82; on a log axis that would be 0.01, 0.10 and 1.00.
 */
export function tickFormatOf({ form }: Measure, ticks: readonly number[]): Format {
  if (form === 'count' && ticks.every((tick) => Number.isInteger(tick))) return integer;
  const decimals = form === 'percent' ? 0 : commonDecimals(ticks);
  if (decimals > 0) return fixed(decimals);
  const [least, format, scale] = form === 'percent' ? [0, percent, 100] : [2, short, 1];
  const isExact = (digits: number) => (tick: number) => {
    const scaled = tick * scale;
    const written = Number(form === 'percent' ? scaled.toFixed(digits) : scaled.toPrecision(digits));
    return Math.abs(written - scaled) <= Math.abs(scaled) * 1e-9;
  };
  for (let digits = least; digits < MOST_DIGITS; digits++) {
    if (ticks.every(isExact(digits))) return format(digits);
  }
  return format(MOST_DIGITS);
}

/** The decimals that write evenly spaced ticks exactly; 0 where they need none, or another notation. */
function commonDecimals(ticks: readonly number[]): number {
  const sizes = ticks.map(Math.abs);
  const step = Math.abs(ticks[1]! - ticks[0]!);
  const isEven = ticks.slice(1).every((tick, i) => Math.abs(Math.abs(tick - ticks[i]!) - step) < step * 1e-6);
  if (ticks.length < 3 || !isEven || Math.max(...sizes) < 0.01 || Math.max(...sizes) >= 1000) return 0;
  const decimals = sizes.map((size) => String(Number(size.toPrecision(MOST_DIGITS))).split('.')[1] ?? '');
  return decimals.some((part) => part.includes('e')) ? 0 : Math.max(...decimals.map(({ length }) => length));
}
