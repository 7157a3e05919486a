/** The id in a path, or undefined for what cannot be one (Postgres's integers end at 2³¹ − 1). */
export function idOf(segment: string): number | undefined {
  const id = Number(segment);
  return /^[1-9]\d*$/.test(segment) && id < 2 ** 31 ? id : undefined;
}

/** The hash of a run, or at least its first 8 hex digits, in lower case. */
export function hashPrefixOf(segment: string): string | undefined {
  return /^[0-9a-f]{8,64}$/i.test(segment) ? segment.toLowerCase() : undefined;
}
