import type { StoreChoice } from '../plan/choose-store.ts';
import type { SweepEvent } from './events.ts';

type StoreEvent = Extract<SweepEvent, { type: 'activations.store' }>;

/** Where the activations of a sweep are kept, for events. */
export function describeStore({ kind, reason, stream }: StoreChoice): Omit<StoreEvent, 'type'> {
  return {
    store: kind,
    reason,
    ...(stream !== undefined && { windowRows: stream.windowRows }),
    ...(kind === 'stream' && stream !== undefined && { ringWindows: stream.ringWindows }),
  };
}

/** The same in one line. */
export function storeText({ store, reason, windowRows, ringWindows = 0 }: Omit<StoreEvent, 'type'>): string {
  if (store === 'cache') {
    const order =
      windowRows === undefined ? '' : ` in the order of a stream with windows of ${windowRows} rows`;
    return `activations: cache${order} (${reason})`;
  }
  return (
    `activations: stream in windows of ${windowRows} rows, at most ${ringWindows + 1} of each hook on disk ` +
    `(${reason})`
  );
}
