/** The SQLSTATE, or the driver's or Node's code, of an error that drizzle may have wrapped. */
export function sqlState(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return undefined;
}

/** Whether Postgres itself reported the error. Recognised by its fields: bundling removed the class name. */
export function isServerAnswer(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if ('severity' in at && 'routine' in at) return true;
  return false;
}

/** The innermost message, without the query and parameters that drizzle wraps around it. */
export function reason(error: unknown): string {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause;
  if (!(innermost instanceof Error)) return String(innermost);
  // Node throws an AggregateError without a message if several addresses of a host refuse.
  return innermost.message || (sqlState(innermost) ?? innermost.name);
}
