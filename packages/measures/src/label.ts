import type { Field } from './fields.ts';

/** Enough for any two numbers. */
export const ALL_DIGITS = 17;
/** Of content hashes. */
const HASH_PREFIX = 8;
/** Parts whose fields go by their own names: `k` and `learningRate`, as an experiment's file has them. */
const UNPREFIXED = /^(hyper|training|variant|provenance)\./;

export type Labeller = (fields: readonly Field[]) => string;

/**
 * Labels configurations by some of their fields: different values have different labels.
 *
 * @param shown paths of the fields, in the order of the label
 * @param digits of a number at least; more where they tell values of a field apart
 * @param values for each path, the fields that have it in any of the configurations that are to be told apart
 */
export function labeller(
  shown: readonly string[],
  values: ReadonlyMap<string, readonly Field[]>,
  digits: number,
): Labeller {
  const names = namesOf(shown);
  const showing = new Map(shown.map((path) => [path, valueFormat(path, values.get(path) ?? [], digits)]));
  return (fields) => {
    const byPath = new Map(fields.map((field) => [field.path, field]));
    return shown
      .flatMap((path) => {
        const field = byPath.get(path);
        return field === undefined ? [] : [`${names.get(path)!}=${showing.get(path)!(field)}`];
      })
      .join(' ');
  };
}

/** A hyperparameter keeps its name where another setting has the same. */
function namesOf(paths: readonly string[]): Map<string, string> {
  const short = (path: string): string =>
    path === 'activationsId' ? 'activations' : path.replace(UNPREFIXED, '');
  const taken = Map.groupBy(paths, short);
  return new Map(
    paths.map((path) => {
      const alone = taken.get(short(path))!.length === 1 || path.startsWith('hyper.');
      return [path, alone ? short(path) : path];
    }),
  );
}

function valueFormat(path: string, fields: readonly Field[], least: number): (field: Field) => string {
  if (path === 'activationsId') {
    const ids = fields.map(({ value }) => String(value));
    const length = fewest(HASH_PREFIX, 64, ids, (id, characters) => id.slice(0, characters));
    return ({ value }) => String(value).slice(0, length);
  }
  const numbers = fields.map(({ value }) => value).filter((value) => typeof value === 'number');
  const digits = fewest(least, ALL_DIGITS, numbers, rounded);
  return ({ value, text }) => {
    if (typeof value === 'number') return rounded(value, digits);
    // Quoted where it could be read as something else, or as several fields.
    return typeof value === 'string' &&
      /^[A-Za-z_][\w./:-]*$/.test(value) &&
      !/^(true|false|null)$/.test(value)
      ? value
      : text;
  };
}

/** The least `n` from `low` on with which different values are shown differently. */
function fewest<T>(
  low: number,
  high: number,
  values: readonly T[],
  show: (value: T, n: number) => string,
): number {
  const distinct = [...new Set(values)];
  for (let n = low; n < high; n++) {
    if (new Set(distinct.map((value) => show(value, n))).size === distinct.length) return n;
  }
  return high;
}

/** Whole numbers are never rounded: they are counts. */
function rounded(value: number, digits: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(digits)));
}
