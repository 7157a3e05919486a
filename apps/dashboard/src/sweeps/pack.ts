/**
 * Objects of one shape, stored as columns to send to the browser: keys are sent once instead of with every row, and so
 * are repeated texts (variants, hooks, statuses). Numbers keep as many digits as a reader can see.
 */
export interface Packed {
  readonly length: number;
  readonly columns: Readonly<Record<string, Column>>;
}

type Scalar = number | string | boolean | null | undefined;
type Column =
  /** The value of all rows. */
  | { readonly all: Scalar }
  | { readonly values: readonly Scalar[] }
  /** The index of each row's value in `of`. */
  | { readonly of: readonly Scalar[]; readonly at: readonly number[] }
  /** The fields of a nested object. */
  | { readonly fields: Readonly<Record<string, Column>> };

type Row = { readonly [key: string]: Scalar | Row };

/** More than any column shows. */
const DIGITS = 9;

export function pack(rows: readonly object[]): Packed {
  return { length: rows.length, columns: fieldsOf(rows as readonly Row[]) };
}

export function unpack<T extends object>({ length, columns }: Packed): T[] {
  return Array.from({ length }, (_, row) => rowOf(columns, row) as T);
}

function fieldsOf(rows: readonly Row[]): Record<string, Column> {
  const keys = new Set(rows.flatMap((row) => Object.keys(row)));
  return Object.fromEntries([...keys].map((key) => [key, columnOf(rows.map((row) => row[key]))]));
}

function columnOf(values: readonly Row[string][]): Column {
  if (values.some((value) => typeof value === 'object' && value !== null)) {
    return { fields: fieldsOf(values.map((value) => value as Row)) };
  }
  const scalars = (values as readonly Scalar[]).map(rounded);
  const places = new Map([...new Set(scalars)].map((value, place) => [value, place]));
  if (places.size === 1) return { all: scalars[0] };
  // Indices are shorter than values only if values repeat often enough.
  return places.size * 4 > scalars.length
    ? { values: scalars }
    : { of: [...places.keys()], at: scalars.map((value) => places.get(value)!) };
}

function rounded(value: Scalar): Scalar {
  if (typeof value !== 'number' || Number.isInteger(value) || !Number.isFinite(value)) return value;
  return Number(value.toPrecision(DIGITS));
}

function rowOf(columns: Readonly<Record<string, Column>>, row: number): object {
  const result: Record<string, unknown> = {};
  for (const [key, column] of Object.entries(columns)) {
    const value = valueOf(column, row);
    if (value !== undefined) result[key] = value;
  }
  return result;
}

function valueOf(column: Column, row: number): unknown {
  if ('all' in column) return column.all;
  if ('values' in column) return column.values[row];
  if ('of' in column) return column.of[column.at[row]!];
  return rowOf(column.fields, row);
}
