import { SaeLabError } from '@sae-lab/errors';
import { stateOfFile } from '../files/file-state.ts';

/** Files that must stay as they are for as long as something is made of them. */
export class WatchedFiles {
  readonly #states = new Map<string, string>();

  /** Takes files as they are now; those taken before stay as they were. */
  async add(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      if (!this.#states.has(path)) this.#states.set(path, (await stateOfFile(path)).state);
    }
  }

  /** @throws SaeLabError `extraction.input-changed` */
  async requireUnchanged(): Promise<void> {
    for (const [path, before] of this.#states) {
      const now = await stateOfFile(path).catch(() => undefined);
      if (now?.state === before) continue;
      throw new SaeLabError('extraction.input-changed', {
        problem:
          now === undefined ? 'the file went away while it was read' : 'the file changed while it was read',
        field: path,
        expected: 'a file that stays as it is until the activations are made',
        fix: 'Run the same command again when nothing writes to the file any more.',
      });
    }
  }
}
