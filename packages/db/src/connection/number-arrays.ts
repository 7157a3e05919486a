/**
 * The array types of the schema, given to the driver so that it need not query them. Its `fetch_types` option sends a
 * query without awaiting it as soon as a connection opens: a server killed at that moment would crash the process with a
 * rejection that nothing can catch.
 */
import type { PostgresType } from 'postgres';

const INT4_ARRAY = 1007;
const INT8_ARRAY = 1016;
const FLOAT4_ARRAY = 1021;
const FLOAT8_ARRAY = 1022;

/** One-dimensional arrays of numbers without nulls, like all in the schema. NaN and the infinities are supported. */
const numberArray = (oid: number): PostgresType => ({
  to: oid,
  from: [oid],
  // drizzle has already serialised the parameter.
  serialize: (text: unknown) => text,
  parse: (text: string) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(Number)),
});

export const numberArrays = {
  int4Array: numberArray(INT4_ARRAY),
  int8Array: numberArray(INT8_ARRAY),
  float4Array: numberArray(FLOAT4_ARRAY),
  float8Array: numberArray(FLOAT8_ARRAY),
};
