import { requireSpace } from '../store/free-space.ts';
import { rowBytes, type PlannedActivations, type StorageSettings } from '../store/planned-store.ts';

/** The size of a stream. */
export interface RingSize {
  /** Rows that are shuffled together. */
  readonly windowRows: number;
  /** Largest number of windows of a hook on disk at once, without the first, which stays. */
  readonly ringWindows: number;
}

/** Most bytes that streamed activations take on disk: the first window and the ring, of each hook. */
export function streamBytes(
  planned: readonly Pick<PlannedActivations, 'dIn'>[],
  storage: StorageSettings,
  { windowRows, ringWindows }: RingSize,
  estimatedRows: number,
): number {
  const rows = Math.min((1 + ringWindows) * windowRows, estimatedRows);
  return planned.reduce((bytes, { dIn }) => bytes + rows * rowBytes(dIn, storage), 0);
}

/**
 * Checks that the ring fits the disk. The first window is there already.
 *
 * @returns the bytes that the ring takes
 * @throws {SaeLabError} `activations.no-space`
 */
export async function requireRingSpace(
  planned: readonly Pick<PlannedActivations, 'dIn'>[],
  storage: StorageSettings,
  { windowRows, ringWindows }: RingSize,
  { dataDir, estimatedRows, onDisk }: { dataDir: string; estimatedRows: number; onDisk: number },
): Promise<number> {
  const rowsOf = (windows: number): number =>
    Math.max(0, Math.min(windows * windowRows, estimatedRows - windowRows));
  const bytesOf = (rows: number): number =>
    planned.reduce((bytes, { dIn }) => bytes + rows * rowBytes(dIn, storage), 0);
  const bytes = bytesOf(rowsOf(ringWindows));
  await requireSpace(bytes - bytesOf(rowsOf(onDisk)), dataDir);
  return bytes;
}
