import { SaeLabError } from '@sae-lab/errors';
import { hashOfFile } from '../../files/content-hash.ts';
import { stateOfFile } from '../../files/file-state.ts';
import { cachedHashesOfFiles } from '../store/hash-cache.ts';

/** Files that must stay as they are for as long as something is made of them. */
export class WatchedFiles {
  readonly #states = new Map<string, string>();
  readonly #hashes = new Map<string, string>();

  /** Takes files as they are now; those taken before stay as they were. */
  async add(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      if (!this.#states.has(path)) this.#states.set(path, (await stateOfFile(path)).state);
    }
  }

  /**
   * sha256 of each file, as it was when it was taken; see {@link cachedHashesOfFiles}.
   *
   * @throws SaeLabError `extraction.input-changed`
   */
  async hashes(dataDir: string, paths: readonly string[]): Promise<string[]> {
    const hashes = await cachedHashesOfFiles(dataDir, paths);
    // What was read of a file before must be what was hashed.
    await this.requireUnchanged();
    paths.forEach((path, i) => this.#hashes.set(path, hashes[i]!));
    return hashes;
  }

  /** @throws SaeLabError `extraction.input-changed` */
  async requireUnchanged(): Promise<void> {
    for (const [path, before] of this.#states) {
      const now = await stateOfFile(path).catch(() => undefined);
      if (now?.state === before) continue;
      if (now === undefined) throw changed(path, 'the file went away while it was read');
      // A backup or a chmod touches a file without changing it: its bytes decide.
      const hash = this.#hashes.get(path);
      if (hash === undefined || (await hashOfFile(path)) !== hash) {
        throw changed(path, 'the file changed while it was read');
      }
      this.#states.set(path, now.state);
    }
  }
}

function changed(path: string, problem: string): SaeLabError {
  return new SaeLabError('extraction.input-changed', {
    problem,
    field: path,
    expected: 'a file that stays as it is until the activations are made',
    fix: 'Run the same command again when nothing writes to the file any more.',
  });
}
