import type { BigIntStats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';

/** Coarser than the clock of any file system. Two changes within this time may have the same timestamps. */
const CLOCK_MS = 2000;

/** A file as the operating system describes it. */
export interface FileState {
  /** The real path, with symbolic links resolved. */
  readonly path: string;
  /**
   * Changes whenever the file's content changes. Combines device, inode, size, mtime (which programs can set) and ctime
   * (which they cannot).
   */
  readonly state: string;
  /** Whether any later change is certain to change the state. */
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
