import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import canonicalize from 'canonicalize';

/**
 * sha256 of a JSON value, in hex. Hashes canonical JSON (RFC 8785), so the order of keys does not matter. Omits fields
 * that are `undefined`.
 *
 * @throws {Error} for NaN, infinities and text with half of a surrogate pair, which JSON cannot hold
 */
export function hashOfValue(value: unknown): string {
  return createHash('sha256')
    .update(canonicalize(value) as string)
    .digest('hex');
}

/**
 * sha256 of a file's bytes, in hex. Reads the file as a stream.
 *
 * @param signal aborts the read with an AbortError
 */
export async function hashOfFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(
    createReadStream(path, { highWaterMark: 1 << 20 }),
    hash,
    signal === undefined ? {} : { signal },
  );
  return hash.digest('hex');
}
