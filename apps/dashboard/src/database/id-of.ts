/** The id in a path; undefined if it cannot be one (Postgres integers end at 2³¹ − 1). */
export function idOf(segment: string): number | undefined {
  const id = Number(segment);
  return /^[1-9]\d*$/.test(segment) && id < 2 ** 31 ? id : undefined;
}

/** The index in a path, from 0; undefined if it cannot be one. */
export function indexOf(segment: string): number | undefined {
  return segment === '0' ? 0 : idOf(segment);
}

/** A run's hash or its first 8 or more hex digits, in lower case; undefined otherwise. */
export function hashPrefixOf(segment: string): string | undefined {
  return /^[0-9a-f]{8,64}$/i.test(segment) ? segment.toLowerCase() : undefined;
}
