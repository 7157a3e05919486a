import { constants, zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { collect } from '../../test-support.ts';
import { decompress } from './decompress.ts';

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const skippable = (content: Buffer): Buffer => {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(0x184d2a53, 0);
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content]);
};

const frame = fc
  .record({
    // Runs of one byte, and data that compresses well or not at all.
    content: fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.nat(300_000).map((length) => new Uint8Array(length)),
      fc.nat(20_000).map((length) => Uint8Array.from({ length }, (_, i) => Math.imul(i, 2654435761) >>> 24)),
    ),
    checksum: fc.boolean(),
    sized: fc.boolean(),
    skipped: fc.option(fc.uint8Array({ maxLength: 50 }), { nil: undefined }),
  })
  .map(({ content, checksum, sized, skipped }) => ({
    content: Buffer.from(content),
    compressed: Buffer.concat([
      skipped === undefined ? Buffer.alloc(0) : skippable(Buffer.from(skipped)),
      zstdCompressSync(content, {
        params: {
          [constants.ZSTD_c_checksumFlag]: Number(checksum),
          [constants.ZSTD_c_contentSizeFlag]: Number(sized),
        },
      }),
    ]),
  }));

it('decompresses any number of zstd frames in chunks of any size', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(frame, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 5000 }),
      async (frames, size) => {
        const compressed = Buffer.concat(frames.map((one) => one.compressed));
        const decompressed = Buffer.concat(
          await collect(decompress('x', inChunks(compressed, size), 'zstd')),
        );
        expect(decompressed.equals(Buffer.concat(frames.map(({ content }) => content)))).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

it('reports zstd that is truncated in any frame', async () => {
  const frames = ['one', 'two'].map((text) => zstdCompressSync(text.repeat(1000)));
  const compressed = Buffer.concat(frames);
  for (let end = 0; end < compressed.length; end++) {
    // At the end of the first frame, the file is complete.
    if (end === frames[0]!.length) continue;
    const reading = collect(decompress('x', inChunks(compressed.subarray(0, end), 7), 'zstd'));
    await expect(reading).rejects.toMatchObject({ code: 'dataset.unreadable' });
  }
});

it('closes its source when the reader stops early', async () => {
  let closed = false;
  const compressed = zstdCompressSync(Buffer.alloc(1_000_000));
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield compressed;
    } finally {
      closed = true;
    }
  }
  for await (const chunk of decompress('x', source(), 'zstd')) if (chunk.length > 0) break;
  await vi.waitFor(() => expect(closed).toBe(true));
});
