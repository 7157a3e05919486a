/**
 * Objects of one shape as columns, for the way to the browser: names are sent once, not with every row, and texts that
 * repeat (variants, hooks, statuses) once each. Numbers keep the digits that a reader could see.
 */
export interface Packed {
  readonly length: number;
  readonly columns: Readonly<Record<string, Column>>;
}

type Scalar = number | string | boolean | null | undefined;
type Column =
  /** The value that all rows have. */
  | { readonly all: Scalar }
  | { readonly values: readonly Scalar[] }
  /** Place of each row's value among `of`. */
  | { readonly of: readonly Scalar[]; readonly at: readonly number[] }
  /** Fields of an object that every row has. */
  | { readonly fields: Readonly<Record<string, Column>> };

type Row = { readonly [key: string]: Scalar | Row };

/** Far more than any column shows. */
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
  // A place is shorter than the value that it stands for, if that comes often enough.
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
