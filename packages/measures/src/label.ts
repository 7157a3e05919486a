import type { Field } from './fields.ts';

/** Enough to tell any two numbers apart. */
export const ALL_DIGITS = 17;
/** Characters shown of content hashes, at least. */
const HASH_PREFIX = 8;
/** Parts whose fields are shown without a prefix, as in experiment files: `k`, `learningRate`. */
const UNPREFIXED = /^(hyper|training|variant|provenance)\./;

export type Labeller = (fields: readonly Field[]) => string;

/**
 * Labels configurations by some of their fields. Different values get different labels.
 *
 * @param shown the paths of the fields, in the order of the label
 * @param values for each path, its fields in all configurations that must be told apart
 * @param digits the least number of digits of a number; more are shown if values of a field need them
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

/** If a hyperparameter and a setting have the same name, the hyperparameter keeps it. */
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
    // Quoted if it could be read as something else or as several fields.
    return typeof value === 'string' &&
      /^[A-Za-z_][\w./:-]*$/.test(value) &&
      !/^(true|false|null)$/.test(value)
      ? value
      : text;
  };
}

/** The smallest `n` from `low` on that shows different values differently. */
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

/** Integers are never rounded, since they are counts. */
function rounded(value: number, digits: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(digits)));
}
