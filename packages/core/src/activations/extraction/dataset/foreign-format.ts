import type { ErrorDetails } from '@sae-lab/errors';

/** Bytes of a file's beginning that tell what it is. */
export const HEAD_BYTES = 256;

const PACKED = 'Unpack it, or pack it by gzip under a name that ends in .gz.';
const UTF16 = 'Convert the file to UTF-8, for example with `iconv -f utf-16 -t utf-8`.';
const UTF32 = 'Convert the file to UTF-8, for example with `iconv -f utf-32 -t utf-8`.';

/** First bytes of what is often taken for text; null stands for any byte. */
const SIGNATURES: readonly { bytes: readonly (number | null)[]; is: string; fix: string }[] = [
  {
    bytes: [0x1f, 0x8b],
    is: 'gzip',
    fix: 'Give the file a name that ends in .gz, or unpack it; gzip within gzip is unpacked only once.',
  },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], is: 'zstd', fix: PACKED },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], is: 'xz', fix: PACKED },
  { bytes: [0x42, 0x5a, 0x68, null, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59], is: 'bzip2', fix: PACKED },
  { bytes: [0x50, 0x4b, 0x03, 0x04], is: 'zip', fix: PACKED },
  { bytes: [0x50, 0x41, 0x52, 0x31, 0x15], is: 'Parquet', fix: 'Export it as JSON lines.' },
  { bytes: [0xff, 0xfe, 0x00, 0x00], is: 'UTF-32', fix: UTF32 },
  { bytes: [0x00, 0x00, 0xfe, 0xff], is: 'UTF-32', fix: UTF32 },
  { bytes: [0xff, 0xfe], is: 'UTF-16', fix: UTF16 },
  { bytes: [0xfe, 0xff], is: 'UTF-16', fix: UTF16 },
];

/** What a file is, by its first bytes, where that is not UTF-8 text; undefined where it may be. */
export function foreignFormat(head: Buffer): Pick<ErrorDetails, 'problem' | 'fix'> | undefined {
  const known = SIGNATURES.find(({ bytes }) => bytes.every((byte, i) => byte === null || head[i] === byte));
  if (known !== undefined) return { problem: `the file is ${known.is}, not UTF-8 text`, fix: known.fix };
  const zeros = head.filter((byte) => byte === 0).length;
  // Of Latin letters in UTF-16 every second byte is 0, and each byte alone is valid UTF-8.
  if (zeros > 0 && zeros * 3 >= head.length) {
    return {
      problem: 'the file has NUL bytes, as UTF-16 without a byte-order mark has: it is not UTF-8 text',
      fix: UTF16,
    };
  }
  return undefined;
}
