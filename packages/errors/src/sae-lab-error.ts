import type { ErrorCode } from './error-codes.ts';

/** What an error tells its reader, in addition to its code. */
export interface ErrorDetails {
  /** What is wrong, as a sentence without the parts below. */
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
 * The error class of the project. Packages do not subclass it. A stable `code` tells errors apart, even after they
 * crossed a process or a database row as JSON, where a subclass would be lost.
 *
 * @example
 * throw new SaeLabError('variant.k-too-large', {
 *   problem: 'more latents would stay on than there are',
 *   field: 'k',
 *   expected: 'at most the width, 64',
 *   received: '100',
 *   fix: 'Lower k or raise the width.',
 * });
 */
export class SaeLabError extends Error {
  readonly code: ErrorCode;
  readonly details: Omit<ErrorDetails, 'cause'>;

  constructor(code: ErrorCode, details: ErrorDetails) {
    const { cause, ...rest } = details;
    super(sentence(rest), cause === undefined ? undefined : { cause });
    this.name = 'SaeLabError';
    this.code = code;
    this.details = rest;
  }

  /**
   * Rebuilds an error from {@link toJSON}. The code is kept as it is: the JSON may come from a database that another
   * version wrote.
   */
  static fromJSON({ code, details }: { code: string; details: ErrorDetails }): SaeLabError {
    return new SaeLabError(code as ErrorCode, details);
  }

  toJSON(): { code: ErrorCode; message: string; details: ErrorDetails } {
    return { code: this.code, message: this.message, details: this.details };
  }
}

function sentence({ problem, field, expected, received, fix }: ErrorDetails): string {
  const parts = [field === undefined ? problem : `${field}: ${problem}`];
  if (expected !== undefined) parts.push(`expected ${expected}`);
  if (received !== undefined) parts.push(`received ${received}`);
  const said = parts.join('; ');
  // What a server sent may end with a full stop.
  return fix === undefined ? said : `${said.replace(/\.$/, '')}. ${fix}`;
}

/** Formats a value for an error message: short, text in quotes, NaN by its name. Never throws. */
export function describeValue(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint' || value === undefined) return String(value);
  let text: string;
  try {
    text = JSON.stringify(value) ?? `a ${typeof value}`;
  } catch {
    // A cycle, a nested bigint, or too deep a nesting.
    text = Array.isArray(value) ? 'an array' : 'an object';
  }
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
