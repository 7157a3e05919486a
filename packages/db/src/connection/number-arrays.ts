/**
 * Array types of the schema, told to the driver instead of asked of the server. With its own `fetch_types` the driver
 * sends a query of which it awaits nothing as soon as a connection opens: a server that is killed in that moment
 * would end the process with a rejection that nobody can catch.
 */
import type { PostgresType } from 'postgres';

const INT4_ARRAY = 1007;
const INT8_ARRAY = 1016;
const FLOAT8_ARRAY = 1022;

/** Arrays of numbers, never null and of one dimension, as all of the schema are; NaN and the infinities included. */
const numberArray = (oid: number): PostgresType => ({
  to: oid,
  from: [oid],
  // drizzle has written the parameter already.
  serialize: (text: unknown) => text,
  parse: (text: string) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(Number)),
});

export const numberArrays = {
  int4Array: numberArray(INT4_ARRAY),
  int8Array: numberArray(INT8_ARRAY),
  float8Array: numberArray(FLOAT8_ARRAY),
};
