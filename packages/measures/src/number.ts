/** What a missing value shows as. */
export const NOTHING = '–';

export type Format = (value: number | null | undefined) => string;

/** Shows NaN and the infinities by name, since hiding them would hide what went wrong. */
function finite(show: (value: number) => string): Format {
  return (value) => {
    if (value === null || value === undefined) return NOTHING;
    if (Number.isNaN(value)) return 'NaN';
    if (value === Infinity) return '∞';
    if (value === -Infinity) return '−∞';
    return show(value).replace('-', '−');
  };
}

/** A fixed number of decimals, so that the decimal points of a column line up. */
export function fixed(decimals: number): Format {
  return finite((value) => {
    const text = value.toFixed(decimals);
    return Number(text) === 0 ? text.replace('-', '') : text;
  });
}

/** Significant digits with trailing zeros, for values that span orders of magnitude: `0.04650`, `1.200e−7`, `12 345`. */
export function significant(digits: number): Format {
  return finite((value) => inDigits(value, digits));
}

/** Significant digits without trailing zeros, for ticks and settings: `0.0465`, `1.2e−7`. */
export function short(digits: number): Format {
  return finite((value) =>
    inDigits(value, digits)
      .replace(/(\.\d*?)0+(?=e|$)/, '$1')
      .replace(/\.(?=e|$)/, ''),
  );
}

function inDigits(value: number, digits: number): string {
  // Rounded first: 99.96 has three digits before the point once it is rounded to two.
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  if (value !== 0 && (size < 1e-3 || size >= 1e6)) {
    return value
      .toExponential(digits - 1)
      .replace('e-', 'e−')
      .replace('e+', 'e');
  }
  return size >= Math.min(1000, 10 ** digits) ? grouped(value) : value.toPrecision(digits);
}

/** A fraction as a percentage. */
export function percent(decimals: number): Format {
  return finite((value) => `${(value * 100).toFixed(decimals)} %`);
}

export const integer: Format = finite(grouped);

/** Sizes in powers of 1000: `1.05 MB`. */
export const bytes: Format = finite((value) => {
  const power = Math.min(4, Math.floor(Math.log10(Math.max(value, 1)) / 3));
  const unit = ['B', 'kB', 'MB', 'GB', 'TB'][power];
  return power === 0 ? `${value} B` : `${(value / 1000 ** power).toPrecision(3)} ${unit}`;
});

/** Separates thousands by narrow spaces, from five digits on. */
function grouped(value: number): string {
  const whole = String(Math.round(value));
  return Math.abs(value) < 10_000 ? whole : whole.replace(/\B(?=(\d{3})+$)/g, '\u202f');
}
