/** How single tokens are shown to people. */
import type { JsonObject } from './model-config.ts';

/** How a tokenizer writes bytes in its vocabulary. */
export type PieceAlphabet = 'bytes' | 'words';

/** Marks the start of a word in SentencePiece's vocabularies. */
const WORD_START = '▁';
const BYTE_PIECE = /^<0x([0-9A-F]{2})>$/i;
/** Longest sequence of bytes of one character in UTF-8. */
const LONGEST = 4;

/** @param json the content of tokenizer.json */
export function alphabetOf(json: JsonObject): PieceAlphabet {
  return ['decoder', 'pre_tokenizer'].some((part) => hasByteLevel(json[part])) ? 'bytes' : 'words';
}

function hasByteLevel(part: unknown): boolean {
  if (Array.isArray(part)) return part.some(hasByteLevel);
  if (part === null || typeof part !== 'object') return false;
  const { type, decoders, pretokenizers } = part as JsonObject;
  return type === 'ByteLevel' || hasByteLevel(decoders) || hasByteLevel(pretokenizers);
}

/**
 * The text of a token of the vocabulary. A token may end within a character: bytes that are not a whole character are
 * shown as `<0xE2>`.
 *
 * @example readablePiece('Ġthe', 'bytes'); // ' the'
 */
export function readablePiece(piece: string, alphabet: PieceAlphabet): string {
  if (alphabet === 'bytes') {
    const bytes = Array.from(piece, (character) => BYTE_OF.get(character));
    // Added tokens are not written in the alphabet.
    return bytes.includes(undefined) ? piece : readableBytes(bytes as number[]);
  }
  const [, hex] = BYTE_PIECE.exec(piece) ?? [];
  return hex === undefined ? piece.replaceAll(WORD_START, ' ') : readableBytes([Number.parseInt(hex, 16)]);
}

function readableBytes(bytes: readonly number[]): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const character = characterAt(bytes, at);
    text += character?.text ?? `<0x${bytes[at]!.toString(16).toUpperCase().padStart(2, '0')}>`;
    at += character?.length ?? 1;
  }
  return text;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The character that begins at a byte, if all of its bytes are there. */
function characterAt(bytes: readonly number[], at: number): { text: string; length: number } | undefined {
  for (let length = 1; length <= LONGEST && at + length <= bytes.length; length++) {
    try {
      return { text: UTF8.decode(Uint8Array.from(bytes.slice(at, at + length))), length };
    } catch {
      // Not a whole character: try with the next byte.
    }
  }
  return undefined;
}

/**
 * Bytes by the characters that byte-level vocabularies write for them: printable bytes are written as themselves, the
 * others as the characters from U+0100 on.
 */
const BYTE_OF: ReadonlyMap<string, number> = byteAlphabet();

function byteAlphabet(): Map<string, number> {
  const isPrintable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let others = 0;
  return new Map(
    Array.from({ length: 256 }, (_, byte) => [
      String.fromCodePoint(isPrintable(byte) ? byte : 0x100 + others++),
      byte,
    ]),
  );
}
