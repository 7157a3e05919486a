import { getTableColumns, getTableName, is, SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { describeValue, SaeLabError } from '@sae-lab/errors';

const LARGEST_INTEGER = 2 ** 31 - 1;

/**
 * Returns the row if Postgres can store every value unchanged. It has no text with U+0000 or unpaired surrogates, and its
 * integers end at 2³¹ − 1.
 *
 * @throws {SaeLabError} `db.bad-value` with the column and the value
 */
export function storableRow<Row extends object>(table: PgTable, row: Row): Row {
  const columns: Record<string, PgColumn> = getTableColumns(table);
  for (const [name, value] of Object.entries(row)) {
    const column = columns[name];
    if (column !== undefined && value !== null && value !== undefined && !is(value, SQL))
      check(column.getSQLType(), value, `${getTableName(table)}.${name}`);
  }
  return row;
}

/** Replaces characters that Postgres cannot store by U+FFFD. For texts that are only shown. */
export function storableText<T>(value: T): T {
  if (typeof value === 'string') return value.replaceAll('\0', '\ufffd').toWellFormed() as T;
  if (Array.isArray(value)) return value.map(storableText) as T;
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [storableText(key), storableText(inner)]),
  ) as T;
}

function check(type: string, value: unknown, field: string): void {
  if (type === 'integer' && !isInteger(value, LARGEST_INTEGER))
    throw badValue(field, value, `an integer from ${-LARGEST_INTEGER} to ${LARGEST_INTEGER}`);
  if (type === 'bigint' && !isInteger(value, Number.MAX_SAFE_INTEGER))
    throw badValue(field, value, `an integer from 0 to ${Number.MAX_SAFE_INTEGER}`);
  if (type === 'text' || type === 'jsonb') checkText(value, field);
}

function checkText(value: unknown, field: string): void {
  if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed()))
    throw badValue(field, value, 'text without U+0000 and unpaired surrogates');
  if (typeof value === 'bigint') throw badValue(field, value, 'a number');
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    checkText(key, field);
    checkText(inner, `${field}.${key}`);
  }
}

const isInteger = (value: unknown, largest: number): boolean =>
  Number.isInteger(value) && Math.abs(value as number) <= largest;

/** Excludes objects that serialise themselves, e.g. dates. */
const isPlain = (value: object): boolean => !('toJSON' in value);

function badValue(field: string, value: unknown, expected: string): SaeLabError {
  return new SaeLabError('db.bad-value', {
    problem: 'a value cannot be stored in the database',
    field,
    expected,
    received: describeValue(value),
    fix: 'Correct the value at its source: the experiment, the model or the variant.',
  });
}
