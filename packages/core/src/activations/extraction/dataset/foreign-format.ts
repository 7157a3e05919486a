import type { ErrorDetails } from '@sae-lab/errors';

/** Number of first bytes that identify a file's format. */
export const HEAD_BYTES = 256;

const PACKED = 'Decompress it, or compress it with gzip (.gz) or zstd (.zst).';
const UTF16 = 'Convert the file to UTF-8, for example with `iconv -f utf-16 -t utf-8`.';
const UTF32 = 'Convert the file to UTF-8, for example with `iconv -f utf-32 -t utf-8`.';

/** First bytes of formats that are often mistaken for text; null matches any byte. */
const SIGNATURES: readonly { bytes: readonly (number | null)[]; is: string; fix: string }[] = [
  {
    bytes: [0x1f, 0x8b],
    is: 'gzip',
    fix: 'Rename the file to end in .gz, or decompress it. Nested gzip is decompressed only once.',
  },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], is: 'zstd', fix: 'Rename the file to end in .zst, or decompress it.' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], is: 'xz', fix: PACKED },
  { bytes: [0x42, 0x5a, 0x68, null, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59], is: 'bzip2', fix: PACKED },
  { bytes: [0x50, 0x4b, 0x03, 0x04], is: 'zip', fix: PACKED },
  {
    bytes: [0x50, 0x41, 0x52, 0x31, 0x15],
    is: 'Parquet',
    fix: "Rename the file to end in .parquet, and use kind 'files'.",
  },
  { bytes: [0xff, 0xfe, 0x00, 0x00], is: 'UTF-32', fix: UTF32 },
  { bytes: [0x00, 0x00, 0xfe, 0xff], is: 'UTF-32', fix: UTF32 },
  { bytes: [0xff, 0xfe], is: 'UTF-16', fix: UTF16 },
  { bytes: [0xfe, 0xff], is: 'UTF-16', fix: UTF16 },
];

/** The format of a file that is not UTF-8 text, by its first bytes; undefined if it may be text. */
export function foreignFormat(head: Buffer): Pick<ErrorDetails, 'problem' | 'fix'> | undefined {
  const known = SIGNATURES.find(({ bytes }) => bytes.every((byte, i) => byte === null || head[i] === byte));
  if (known !== undefined) return { problem: `the file is ${known.is}, not UTF-8 text`, fix: known.fix };
  const zeros = head.filter((byte) => byte === 0).length;
  // In UTF-16, every second byte of Latin text is 0, and each byte alone is valid UTF-8.
  if (zeros > 0 && zeros * 3 >= head.length) {
    return {
      problem: 'the file contains NUL bytes, like UTF-16 without a byte-order mark, and is not UTF-8 text',
      fix: UTF16,
    };
  }
  return undefined;
}
