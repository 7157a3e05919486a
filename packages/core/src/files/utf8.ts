/** Strict decoding, for text that affects results. A lenient decoder silently inserts U+FFFD for invalid bytes. */
import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';

/** Some editors prepend a byte-order mark. It is not part of the text. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Reads a UTF-8 file.
 *
 * @returns the text without its byte-order mark
 * @throws {Error} with the offset of the first invalid byte
 */
export async function readText(path: string): Promise<string> {
  return withoutMark(decodeUtf8(await readFile(path)));
}

/** @throws {Error} with the offset of the first invalid byte */
export function decodeUtf8(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const { offset, byte } = firstBadByte(bytes);
  throw new Error(`not UTF-8: byte 0x${byte.toString(16).padStart(2, '0')} at offset ${offset}`);
}

export function withoutMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

function firstBadByte(bytes: Buffer): { offset: number; byte: number } {
  const lenient = bytes.toString('utf8');
  let offset = 0;
  for (let from = 0; ;) {
    const index = lenient.indexOf('\uFFFD', from);
    offset += Buffer.byteLength(lenient.slice(from, index));
    // The text may contain a real replacement character, encoded in three bytes.
    if (!bytes.subarray(offset, offset + 3).equals(REPLACEMENT)) return { offset, byte: bytes[offset]! };
    offset += REPLACEMENT.length;
    from = index + 1;
  }
}

const REPLACEMENT = Buffer.from('\uFFFD');
