/** What every error of the project tells its reader, besides its code. */
export interface ErrorDetails {
  /** What went wrong, as a sentence without the parts below. */
  problem: string;
  /** Path of the field, file or parameter at fault, e.g. `variants[0].hyper.k`. */
  field?: string;
  expected?: string;
  received?: string;
  /** What the reader can do about it. */
  fix?: string;
  cause?: unknown;
}

/**
 * The one error class that users meet. Packages do not subclass it: a stable `code`
 * (`<area>.<what>`, e.g. `model.merged-decoder`) tells errors apart, also across
 * processes, where a class would be lost.
 */
export class SaeLabError extends Error {
  readonly code: string;
  readonly details: Omit<ErrorDetails, 'cause'>;

  constructor(code: string, details: ErrorDetails) {
    const { cause, ...rest } = details;
    super(sentence(rest), cause === undefined ? undefined : { cause });
    this.name = 'SaeLabError';
    this.code = code;
    this.details = rest;
  }

  /** Rebuilds an error that crossed a process boundary or a database row as JSON. */
  static fromJSON(json: { code: string; details: ErrorDetails }): SaeLabError {
    return new SaeLabError(json.code, json.details);
  }

  toJSON(): { code: string; message: string; details: ErrorDetails } {
    return { code: this.code, message: this.message, details: this.details };
  }
}

function sentence({ problem, field, expected, received, fix }: ErrorDetails): string {
  const parts = [field === undefined ? problem : `${field}: ${problem}`];
  if (expected !== undefined) parts.push(`expected ${expected}`);
  if (received !== undefined) parts.push(`received ${received}`);
  return fix === undefined ? parts.join('; ') : `${parts.join('; ')}. ${fix}`;
}

/** A value as an error message shows it: short, quoted where it is text, NaN by its name. Never throws. */
export function describeValue(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint' || value === undefined) return String(value);
  let text: string;
  try {
    text = JSON.stringify(value) ?? `a ${typeof value}`;
  } catch {
    // A cycle, a bigint inside, or nesting without end.
    text = Array.isArray(value) ? 'an array' : 'an object';
  }
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
