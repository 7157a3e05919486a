import type { BigIntStats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';

/** Coarser than the clock of any file system: two changes within it may leave the same times. */
const CLOCK_MS = 2000;

/** A file as the operating system knows it. */
export interface FileState {
  /** Without symbolic links. */
  readonly path: string;
  /**
   * Changes with the file's content: device, inode, size, and the times of the last change of its bytes (which a
   * program can set) and of anything about it (which none can).
   */
  readonly state: string;
  /** Whether a later change cannot leave the same state. */
  readonly settled: boolean;
}

/** @param now milliseconds since 1970 */
export async function stateOfFile(path: string, now: number = Date.now()): Promise<FileState> {
  const real = await realpath(path);
  const found = await stat(real, { bigint: true });
  return { path: real, state: stateIn(found), settled: now - Number(found.ctimeMs) > CLOCK_MS };
}

function stateIn({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join('/');
}
