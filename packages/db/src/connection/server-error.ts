/** SQLSTATE, or the code of the driver or of Node, of an error that drizzle may have wrapped. */
export function sqlState(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return undefined;
}

/** Whether Postgres itself answered. By its fields: the class lost its name when the driver was bundled. */
export function isServerAnswer(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if ('severity' in at && 'routine' in at) return true;
  return false;
}

/** What was said at the bottom of it; never the query with its parameters, which drizzle puts around it. */
export function reason(error: unknown): string {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause;
  if (!(innermost instanceof Error)) return String(innermost);
  // Node gives an AggregateError without a message when several addresses of a host refuse.
  return innermost.message || (sqlState(innermost) ?? innermost.name);
}
