import type { Writable } from 'node:stream';
import type { Reporter, SweepEvent } from './events.ts';

const PROGRESS_INTERVAL_MS = 2000;

/** Every event but progress as a line of JSON: what `--json` prints. */
export function jsonEvents(output: Writable): Reporter {
  return {
    report(event) {
      if (!isProgress(event)) writeLine(output, event);
    },
    close() {},
  };
}

/**
 * Progress as lines of JSON, at most one per thing and two seconds: for logs, where nothing can be redrawn.
 * Warnings are among them.
 */
export function jsonProgress(output: Writable, now: () => number = () => performance.now()): Reporter {
  const lastWritten = new Map<string, number>();
  return {
    report(event) {
      if (event.type === 'activations.warning' || event.type === 'run.warning')
        return writeLine(output, event);
      if (!isProgress(event)) return;
      const thing = 'hash' in event ? event.hash : event.type;
      const time = now();
      if (time - (lastWritten.get(thing) ?? -Infinity) < PROGRESS_INTERVAL_MS) return;
      lastWritten.set(thing, time);
      writeLine(output, event);
    },
    close() {},
  };
}

function isProgress(event: SweepEvent): boolean {
  return event.type === 'run.progress' || event.type === 'activations.progress';
}

/** NaN, which stands for a figure that a run does not have, is null; infinities, which JSON lacks, are strings. */
function writeLine(output: Writable, event: SweepEvent): void {
  const line = JSON.stringify(event, (_key, value: unknown) =>
    value === Infinity || value === -Infinity ? String(value) : value,
  );
  output.write(`${line}\n`);
}
