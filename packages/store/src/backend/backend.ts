import type { Readable } from 'node:stream';

/** Where a store keeps its files: a bucket or a folder. Names are relative to its prefix and use `/`. */
export interface Backend {
  /** As in an address bar, without credentials: `s3://bucket/prefix` or `/shared/sae-lab`. */
  readonly location: string;
  /**
   * Checks permissions as far as that writes nothing: to list, and unless `readOnly`, to remove.
   *
   * @throws {SaeLabError} `store.no-permission`
   */
  requireAccess(access: { readonly readOnly: boolean }): Promise<void>;
  /**
   * Writes an object under a name that is free. Readers see nothing until it is complete.
   *
   * @returns 'exists' if the name is taken; nothing is written then
   */
  put(name: string, content: Content, signal?: AbortSignal): Promise<'written' | 'exists'>;
  /** The bytes of an object from an offset on; undefined if there is no such object. */
  read(name: string, from: number, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Size and sha256 in hex; undefined if there is no such object. An object that others wrote may have no hash. */
  describe(name: string): Promise<{ bytes: number; sha256: string | undefined } | undefined>;
  /** The objects whose names start with a prefix, in the order of their names. */
  list(prefix: string): AsyncIterable<ObjectInfo>;
  /** Removes an object, if it is there. */
  remove(name: string): Promise<void>;
  close(): void;
}

/** What is written: it is opened again for every try. */
export interface Content {
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
  open(): Readable;
}

export interface ObjectInfo {
  readonly name: string;
  readonly bytes: number;
}
