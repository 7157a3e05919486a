/** A file system of a few megabytes in memory, used as a data folder. It can be filled, grown and made read-only. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopEmbedded } from '@sae-lab/db';

export interface SmallDisk {
  readonly folder: string;
  /** Options of `mount`, e.g. `size=8m` or `ro`. */
  remount(options: string): void;
  /** Leaves this many bytes free, in whole pages. */
  fill(left: number): Promise<void>;
  /** Undoes `fill`. */
  empty(): void;
  remove(): Promise<void>;
}

/** Why such a file system cannot be mounted; undefined if it can. */
export function whyNoDisk(): string | undefined {
  if (process.platform !== 'linux') return 'tmpfs is of Linux';
  const folder = mkdtempSync(join(tmpdir(), 'sae-lab-disk-'));
  const { status, stderr, error } = mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder);
  if (status === 0) umount(folder);
  rmSync(folder, { recursive: true });
  return status === 0 ? undefined : `no right to mount: ${error?.message ?? stderr.trim()}`;
}

export function mountDisk(size: string): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'sae-lab-disk-'));
  mounted(mount('-t', 'tmpfs', '-o', `size=${size},mode=755`, 'tmpfs', folder));
  const ballast = join(folder, 'ballast');
  return {
    folder,
    remount: (options) => mounted(mount('-o', `remount,${options}`, folder)),
    async fill(left) {
      const { bavail, bsize } = await statfs(folder);
      try {
        writeFileSync(ballast, Buffer.alloc(bavail * bsize - left));
      } catch (error) {
        // Another process filled the disk in the meantime, which is just as good.
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    },
    empty: () => rmSync(ballast, { force: true }),
    async remove() {
      await stopEmbedded(folder);
      spawnSync('umount', ['--lazy', folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

/**
 * Makes a folder read-only and returns a function that undoes it. A read-only mount is placed over the folder, because a
 * mount with open files cannot become read-only in place.
 */
export function makeReadOnly(folder: string): () => void {
  const aside = mkdtempSync(join(tmpdir(), 'sae-lab-aside-'));
  mounted(mount('--bind', folder, aside));
  mounted(mount('-o', 'remount,bind,ro', aside));
  mounted(mount('--bind', aside, folder));
  mounted(umount(aside));
  rmSync(aside, { recursive: true });
  return () => mounted(umount(folder));
}

function mount(...args: string[]) {
  return spawnSync('mount', args, { encoding: 'utf8' });
}

function umount(folder: string) {
  return spawnSync('umount', [folder], { encoding: 'utf8' });
}

function mounted({ status, stderr, error }: ReturnType<typeof mount>): void {
  if (status !== 0) throw new Error(`mount: ${error?.message ?? stderr}`);
}
