import { openActivations, type ActivationStore } from '../store/activation-store.ts';
import type { StreamPosition } from '../store/stream-position.ts';
import { openWindowedBatches } from '../store/windowed-batches.ts';

/** A window of a pass over the corpus. */
export interface StreamPlace {
  readonly epoch: number;
  /** Index in the corpus, from 0. */
  readonly window: number;
  /** Number of windows in the corpus; null until its end was reached. */
  readonly perEpoch: number | null;
}

export const STREAM_START: StreamPlace = { epoch: 0, window: 0, perEpoch: null };

/** What a run can read of streamed activations without waiting, as JSON. */
export interface StreamedWindows {
  /** Rows of each window but the last. */
  readonly windowRows: number;
  /** Number of windows in the corpus; null while it is unknown. */
  readonly perEpoch: number | null;
  /** Windows on disk, without the first, which is in the activations' folder. */
  readonly windows: readonly { readonly index: number; readonly folder: string }[];
}

export function placeOf({ epoch, window }: StreamPosition): StreamPlace {
  return { epoch, window: window?.index ?? 0, perEpoch: window?.perEpoch ?? null };
}

/**
 * Opens streamed activations: training reads the windows on disk, everything else the first window.
 *
 * @param folder of the first window
 * @throws {SaeLabError} `activations.missing`, `activations.corrupted`
 */
export async function openStreamed(
  folder: string,
  { windowRows, perEpoch, windows }: StreamedWindows,
): Promise<ActivationStore> {
  const first = await openActivations(folder);
  const opened = new Map([[0, Promise.resolve(first)]]);
  const source = {
    dIn: first.dIn,
    async find(index: number) {
      if (perEpoch !== null && index >= perEpoch) return 'none' as const;
      const place = windows.find((window) => window.index === index);
      const opening = opened.get(index) ?? (place === undefined ? undefined : openActivations(place.folder));
      if (opening === undefined) return 'pending' as const;
      opened.set(index, opening);
      const { folder: at, manifest, rows } = await opening;
      return { folder: at, manifest, first: 0, rows };
    },
  };
  return {
    ...first,
    trainingBatches: (options) => openWindowedBatches(source, { ...options, windowRows }),
  };
}
