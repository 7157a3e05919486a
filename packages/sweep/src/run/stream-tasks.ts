import { placeOfCheckpoint, totalSteps } from '@sae-lab/core';
import type { ActivationStream, StreamPlace } from '@sae-lab/core/activations';
import type { Claims } from '@sae-lab/db';
import { runFolder } from './run-folder.ts';
import type { TakenRun } from './run-queue.ts';
import type { TaskSource, TrainingTask } from './task-source.ts';

interface Member {
  readonly run: TakenRun;
  place: StreamPlace;
  /** Windows that it was given to train on; undefined while it waits. */
  reading: readonly number[] | undefined;
}

/**
 * Parts of runs in step with a stream: each run trains as far as the windows on disk reach. The run that is furthest behind
 * is first, and the stream waits for it.
 *
 * @param windowsNeeded number of windows that the longest run will probably read
 */
export async function streamTasks(
  runs: readonly TakenRun[],
  stream: ActivationStream,
  {
    claims,
    dataDir,
    signal,
    windowsNeeded,
  }: { claims: Claims; dataDir: string; signal: AbortSignal; windowsNeeded: number },
): Promise<TaskSource> {
  const members = new Set<Member>();
  for (const run of runs) {
    const place = await placeOfCheckpoint(runFolder(dataDir, run), run.runHash);
    members.add({ run, place, reading: undefined });
  }
  const folders = new Map(stream.ids.map((id, hook) => [id, stream.samples[hook]!.folder]));
  let changed = Promise.withResolvers<void>();
  const ring = (): void => {
    changed.resolve();
    changed = Promise.withResolvers<void>();
  };
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  const tellNeeds = (): void => {
    if (members.size > 0)
      stream.setNeeds(
        [...members].map(({ place }) => place),
        windowsNeeded,
        [...members].flatMap(({ reading }) => reading ?? []),
      );
  };
  tellNeeds();

  const firstReady = (): Member | undefined =>
    [...members]
      .filter(({ place, reading }) => reading === undefined && stream.has(place))
      .toSorted((a, b) => a.place.epoch - b.place.epoch || a.place.window - b.place.window)[0];

  return {
    async take() {
      while (!signal.aborted && members.size > 0) {
        const member = firstReady();
        if (member !== undefined) {
          const { id } = member.run.activations;
          const given = stream.windowsFrom(id, member.place);
          member.reading = given.windows.map(({ index }) => index);
          tellNeeds();
          return { run: member.run, activationsFolder: folders.get(id)!, stream: given };
        }
        // A failed extraction ends the sweep, unless it failed because the sweep is stopping.
        await Promise.race([changed.promise, stopped, stream.extracted()]).catch((error: unknown) => {
          if (!signal.aborted) throw error;
        });
      }
      return undefined;
    },
    async ended({ run }: TrainingTask, result) {
      const member = [...members].find((one) => one.run.runId === run.runId)!;
      member.reading = undefined;
      if (result.status === 'paused') member.place = result.next;
      else {
        members.delete(member);
        await claims.release(run.runId);
      }
      tellNeeds();
      ring();
    },
  };
}

/**
 * Number of windows that the longest of these runs will read, over all passes, if each has as many training activations as
 * the first.
 *
 * @param rowsOf training activations in the first window of a run's activations
 */
export function windowsOf(runs: readonly TakenRun[], rowsOf: (run: TakenRun) => number): number {
  const windows = runs.map((run) => {
    const { training } = run.spec;
    const batchSize = training.batchSize === 'all' ? rowsOf(run) : training.batchSize;
    const steps = totalSteps(training, batchSize, rowsOf(run));
    return Math.ceil(steps / Math.max(1, Math.floor(rowsOf(run) / batchSize)));
  });
  return Math.max(...windows);
}
