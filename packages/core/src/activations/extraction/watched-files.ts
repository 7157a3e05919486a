import { SaeLabError } from '@sae-lab/errors';
import { hashOfFile } from '../../files/content-hash.ts';
import { stateOfFile } from '../../files/file-state.ts';
import { cachedHashesOfFiles } from '../store/hash-cache.ts';

/** Detects changes to input files while activations are made from them. */
export class WatchedFiles {
  readonly #states = new Map<string, string>();
  readonly #hashes = new Map<string, string>();

  /** Remembers the current state of files. Files that were added before keep their first state. */
  async add(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      if (!this.#states.has(path)) this.#states.set(path, (await stateOfFile(path)).state);
    }
  }

  /**
   * sha256 of each file in its remembered state; see {@link cachedHashesOfFiles}.
   *
   * @throws {SaeLabError} `extraction.input-changed`
   */
  async hashes(dataDir: string, paths: readonly string[]): Promise<string[]> {
    const hashes = await cachedHashesOfFiles(dataDir, paths);
    // What was read before must be what was hashed.
    await this.requireUnchanged();
    paths.forEach((path, i) => this.#hashes.set(path, hashes[i]!));
    return hashes;
  }

  /** @throws {SaeLabError} `extraction.input-changed` */
  async requireUnchanged(): Promise<void> {
    for (const [path, before] of this.#states) {
      const now = await stateOfFile(path).catch(() => undefined);
      if (now?.state === before) continue;
      if (now === undefined) throw changed(path, 'the file was removed while it was in use');
      // A backup or a chmod touches a file without changing its content, so the bytes decide.
      const hash = this.#hashes.get(path);
      if (hash === undefined || (await hashOfFile(path)) !== hash) {
        throw changed(path, 'the file changed while it was in use');
      }
      this.#states.set(path, now.state);
    }
  }
}

function changed(path: string, problem: string): SaeLabError {
  return new SaeLabError('extraction.input-changed', {
    problem,
    field: path,
    expected: 'an unchanged file until the activations are complete',
    fix: 'Run the same command again once nothing writes to the file.',
  });
}
