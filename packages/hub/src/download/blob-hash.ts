import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { HubFile } from '../hub-file.ts';

/** Hashes the content of a file as it arrives. */
export interface BlobHash {
  update(bytes: Uint8Array): void;
  /** Hashes the first bytes of a partly downloaded file. */
  updateFrom(handle: FileHandle, bytes: number, signal?: AbortSignal): Promise<void>;
  /** Whether the hash matches the hub's; true if the hub states none. Call it once, at the end. */
  isRight(): boolean;
}

const CHUNK = 2 ** 20;

export function blobHash({ size, hash }: HubFile): BlobHash {
  const running: Hash = createHash(hash?.algorithm === 'git-sha1' ? 'sha1' : 'sha256');
  if (hash?.algorithm === 'git-sha1') running.update(`blob ${size}\0`);
  return {
    update: (bytes) => void running.update(bytes),
    async updateFrom(handle, bytes, signal) {
      const buffer = Buffer.alloc(Math.min(CHUNK, bytes));
      for (let at = 0; at < bytes;) {
        signal?.throwIfAborted();
        const { bytesRead } = await handle.read(buffer, 0, Math.min(CHUNK, bytes - at), at);
        if (bytesRead === 0) return;
        running.update(buffer.subarray(0, bytesRead));
        at += bytesRead;
      }
    },
    isRight: () => hash === undefined || running.digest('hex') === hash.value,
  };
}
