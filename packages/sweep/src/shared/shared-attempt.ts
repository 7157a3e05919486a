import { basename } from 'node:path';
import { checkpointOf } from '@sae-lab/core';
import {
  checkpointsAmong,
  checkpointSet,
  saeSet,
  setsOfAttempt,
  setsOfRun,
  type Store,
} from '@sae-lab/store';
import { thisProcessor } from './processor.ts';

/** What one attempt at a run has in the store. */
export interface SharedAttempt {
  /** The run's folder has a new checkpoint. It is stored in the background, one at a time. */
  checkpointed(step: number): void;
  /** Waits until the newest checkpoint is stored. */
  settle(): Promise<void>;
  /**
   * Stores the SAE of a run that has finished. Call it before the database says so: a finished run has its files.
   *
   * @param paths of its files
   * @throws {SaeLabError} `store.*`
   */
  finish(paths: readonly string[]): Promise<void>;
  /** Removes the run's checkpoints, once the database has its result. */
  discardCheckpoints(): Promise<void>;
}

export function openSharedAttempt(
  store: Store,
  { runHash, runFolder }: { readonly runHash: string; readonly runFolder: string },
  number: () => Promise<number>,
  onFault: (error: unknown) => void,
): SharedAttempt {
  let name: Promise<string> | undefined;
  const attemptName = (): Promise<string> =>
    (name ??= number().then((attempt) => setsOfAttempt(runHash, attempt)));
  let newest: number | undefined;
  let stored: number | undefined;
  let storing: Promise<void> | undefined;

  const storeNewest = async (): Promise<void> => {
    // Another one may be written while this one is stored.
    for (let step = newest; step !== undefined && step !== stored; step = newest) {
      const set = checkpointSet(await attemptName(), step);
      const note = { processor: thisProcessor(), step };
      await store.putSet(
        set,
        [{ name: basename(checkpointOf(runFolder)), path: checkpointOf(runFolder) }],
        note,
      );
      stored = step;
      await removeCheckpoints(set);
    }
  };
  /** Those of this run that count no more, because `kept` does. */
  const removeCheckpoints = async (kept?: string): Promise<void> => {
    const all = checkpointsAmong(await store.listSets(setsOfRun(runHash)));
    const first = kept === undefined ? 0 : all.findIndex(({ set }) => set === kept) + 1;
    for (const { set } of all.slice(first)) await store.removeSet(set);
  };

  return {
    checkpointed(step) {
      newest = step;
      if (storing !== undefined) return;
      storing = storeNewest().finally(() => (storing = undefined));
      storing.catch(onFault);
    },
    async settle() {
      await storing;
      await storeNewest();
    },
    async finish(paths) {
      await storing;
      const files = paths.map((path) => ({ name: basename(path), path }));
      await store.putSet(saeSet(await attemptName()), files, { processor: thisProcessor() });
    },
    discardCheckpoints: () => removeCheckpoints(),
  };
}
