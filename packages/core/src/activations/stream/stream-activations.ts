/**
 * Streams the activations of a corpus that does not fit the disk: a ring of windows is extracted while runs train on them.
 * The first window is an ordinary set of activations that stays on disk. The others are removed once every run has passed
 * them.
 */
import { dirname } from 'node:path';
import { makeFolder } from '../../files/write-atomic.ts';
import { extractActivations, modelRows } from '../extraction/extract.ts';
import { DATASET_START, type DatasetPosition } from '../extraction/dataset/windows.ts';
import { prepareExtraction, type ExtractionSpec, type PlannedHook } from '../extraction/plan.ts';
import type { ActivationStore } from '../store/activation-store.ts';
import type { ExtractionOptions, RowSource } from '../store/make-stores.ts';
import { acquireLock, type StoreLock } from '../store/store-lock.ts';
import { createBell } from './bell.ts';
import { requireRingSpace, type RingSize } from './ring-size.ts';
import {
  intactWindows,
  readRing,
  removePartials,
  removeWindow,
  removeWindows,
  ringLock,
  windowFolder,
  writeRing,
} from './ring-files.ts';
import { RingSchedule } from './ring-schedule.ts';
import type { StreamedWindows, StreamPlace } from './streamed-windows.ts';
import { trackStream } from './stream-progress.ts';
import { createWindowExtractor } from './window-extractor.ts';

export interface StreamSettings extends RingSize {
  /** Why the activations are streamed: a later sweep continues a stream that was begun for lack of space. */
  readonly because: 'asked' | 'no-space';
}

interface StreamOptions extends ExtractionOptions {
  /** Receives sentences for the user. */
  readonly warn?: (sentence: string) => void;
}

/** After this time the user is told what the stream waits for. */
const PATIENCE_MS = 2000;

/** Activations that are extracted while runs train on them. */
export interface ActivationStream {
  /** The first window of each hook, in the order of the hooks. */
  readonly samples: readonly ActivationStore[];
  /** The identity of each hook's activations, in the same order. */
  readonly ids: readonly string[];
  /**
   * Sets what runs need. Windows before the earliest place are removed when others need their space.
   *
   * @param places the next window of each run
   * @param ahead number of windows from the start that the longest run will probably need
   * @param inUse windows that runs were given and may still read
   */
  setNeeds(places: readonly StreamPlace[], ahead: number, inUse?: readonly number[]): void;
  /** Whether a run at this place can train. */
  has(place: StreamPlace): boolean;
  /** What a run of a hook can read without waiting. */
  windowsFrom(id: string, place: StreamPlace): StreamedWindows;
  /** Resolves when another window is on disk. Rejects if the extraction failed. */
  extracted(): Promise<void>;
  /** @param remove whether no run needs the windows any more */
  close(options: { remove: boolean }): Promise<void>;
}

/**
 * Extracts the first window of each hook, or finds it on disk. The others are extracted as runs need them. Windows that an
 * interrupted stream left behind are used.
 *
 * @param options `signal` also ends the stream later
 * @throws {SaeLabError} as `extractActivations`; errors of later windows reject `extracted()`
 */
export async function streamActivations(
  spec: ExtractionSpec,
  settings: StreamSettings,
  options: StreamOptions = {},
): Promise<ActivationStream> {
  const maxRows = Math.min(settings.windowRows, spec.settings?.maxRows ?? Infinity);
  const samples = await extractActivations({ ...spec, settings: { ...spec.settings, maxRows } }, options);
  const prepared = await prepareExtraction(spec);
  const ids = prepared.planned.map(({ id }) => id);
  // Always locked in the same order, so that two processes never wait for each other.
  const planned = [...new Map(prepared.planned.map((one) => [one.id, one])).values()].toSorted((a, b) =>
    a.id < b.id ? -1 : 1,
  );
  const locks: StoreLock[] = [];
  const release = async (): Promise<void> => {
    for (const lock of locks) await lock.release();
  };
  try {
    for (const one of planned) {
      await makeFolder(dirname(one.folder));
      const waits = setTimeout(() => options.warn?.(waitsFor(one)), PATIENCE_MS);
      const lock = acquireLock(ringLock(one), options.signal);
      locks.push(await lock.finally(() => clearTimeout(waits)));
    }
    const ring = await openRing(planned, modelRows(prepared, spec), samples[0]!, {
      ...settings,
      ...options,
      dataDir: spec.dataDir,
    });
    return {
      ...ring,
      samples,
      ids,
      async close(closing) {
        try {
          await ring.close(closing);
        } finally {
          await release();
        }
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

function waitsFor({ hook }: PlannedHook): string {
  return `another sweep streams the activations of ${hook.name}; this one waits until it ends`;
}

type RingOptions = StreamSettings & ExtractionOptions & { readonly dataDir: string };

/** @param sample the first window of any hook */
async function openRing(
  planned: readonly PlannedHook[],
  source: RowSource<PlannedHook>,
  sample: ActivationStore,
  { windowRows, ringWindows, because, dataDir, onProgress, signal }: RingOptions,
): Promise<Omit<ActivationStream, 'samples' | 'ids'>> {
  const onDisk = await windowsOfAll(planned, windowRows, signal);
  const records = await Promise.all(planned.map(readRing));
  const [longest] = records
    .filter((record) => record !== undefined)
    .toSorted((a, b) => b.starts.length - a.starts.length);
  // The first window's last file tells where the second window begins, or a little before.
  const starts: DatasetPosition[] = longest?.starts ?? [DATASET_START, sample.manifest.shards.at(-1)!.start];
  const schedule = new RingSchedule(
    ringWindows,
    onDisk,
    sample.rows < windowRows ? 1 : (longest?.perEpoch ?? null),
  );
  const record = async (): Promise<void> => {
    for (const one of planned) {
      await writeRing(one, { windowRows, because, perEpoch: schedule.perEpoch, starts });
    }
  };
  await record();
  const { rows: estimatedRows, tokens: estimatedTokens } = source.estimate;
  const bytes = await requireRingSpace(
    planned,
    source.storage,
    { windowRows, ringWindows },
    {
      dataDir,
      estimatedRows,
      onDisk: onDisk.length,
    },
  );

  const changed = createBell();
  const needed = createBell();
  const closing = new AbortController();
  const stop = AbortSignal.any([closing.signal, ...(signal === undefined ? [] : [signal])]);
  stop.addEventListener('abort', () => needed.fail(stop.reason));
  const progress = trackStream(onProgress);
  const extractor = createWindowExtractor(source, planned, {
    windowRows,
    starts,
    bytes,
    dataDir,
    signal: stop,
    warn: (sentence) => progress.warn(sentence),
    onRows: (end, files) => progress.reached(end, files),
  });

  const extractAll = async (): Promise<void> => {
    for (;;) {
      stop.throwIfAborted();
      const task = schedule.next();
      if (task === undefined) {
        await needed.wait();
        continue;
      }
      // At once, so that no run is given a window while its files are removed.
      for (const window of task.remove) schedule.removed(window);
      for (const window of task.remove) {
        for (const one of planned) await removeWindow(one, window);
      }
      for (const one of planned) await removePartials(one, task.window);
      const { rows, next } = await extractor.extract(task.window);
      if (next !== undefined && starts.length === task.window + 1) starts.push(next);
      schedule.extracted(task.window, { rows, isLast: next === undefined });
      progress.windowDone();
      await record();
      changed.ring();
    }
  };
  const extracting = extractAll().catch((error: unknown) => changed.fail(error));

  return {
    setNeeds(places, ahead, inUse) {
      const tokensPerRow = estimatedRows === 0 ? 1 : estimatedTokens / estimatedRows;
      const tokensOf = (windows: number): number => windows * windowRows * tokensPerRow;
      const first = Math.min(...places.map(({ window }) => window));
      progress.begin(tokensOf(ahead), tokensOf(first));
      schedule.setNeeds(places, ahead, inUse);
      needed.ring();
    },
    has: (place) => schedule.has(place),
    windowsFrom: (id, place) => ({
      windowRows,
      perEpoch: schedule.perEpoch,
      windows: schedule.windowsFrom(place).map((index) => ({
        index,
        folder: windowFolder(
          planned.find((one) => one.id === id)!,
          index,
        ),
      })),
    }),
    extracted: () => changed.wait(),
    async close({ remove }) {
      closing.abort();
      await extracting;
      await extractor.close();
      if (!remove) return;
      progress.finish();
      for (const one of planned) await removeWindows(one);
    },
  };
}

/** The windows that are on disk for all hooks. Removes the others. */
async function windowsOfAll(
  planned: readonly PlannedHook[],
  windowRows: number,
  signal: AbortSignal | undefined,
): Promise<number[]> {
  const found: number[][] = [];
  for (const one of planned) found.push(await intactWindows(one, windowRows, signal));
  const everywhere = found.reduce((common, windows) => common.filter((window) => windows.includes(window)));
  for (const [i, one] of planned.entries()) {
    for (const window of found[i]!) if (!everywhere.includes(window)) await removeWindow(one, window);
  }
  return everywhere;
}
