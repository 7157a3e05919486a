import { SaeLabError } from '@sae-lab/errors';
import type { Split } from './holdout.ts';
import type { StreamPosition } from './stream-position.ts';

export function emptySplit(split: Split): SaeLabError {
  return new SaeLabError('activations.empty-split', {
    problem: `no activation belongs to the split '${split.part}'`,
    field: 'holdout',
    expected: 'a fraction that leaves documents on both sides',
    received: String(split.holdout),
    fix: 'Extract more documents, or change the holdout.',
  });
}

/** @param stream what the position must agree with */
export function otherStream(
  { epoch, chunk, row, seed, blocksPerChunk, window }: StreamPosition,
  stream: { seed: number; blocksPerChunk: number; chunks: number; windowRows?: number },
): SaeLabError {
  const windows = (rows: number | undefined): string =>
    rows === undefined ? '' : `, windows of ${rows} rows`;
  return new SaeLabError('activations.other-stream', {
    problem: 'the position belongs to another stream',
    field: 'position',
    expected: `seed ${stream.seed}, ${stream.blocksPerChunk} blocks per chunk, ${stream.chunks} chunks${windows(stream.windowRows)}`,
    received: `seed ${seed}, ${blocksPerChunk} blocks per chunk, row ${row} of chunk ${chunk} in epoch ${epoch}${windows(window?.rows)}`,
    fix: 'Use the seed and bufferBytes of the stream that returned the position.',
  });
}
