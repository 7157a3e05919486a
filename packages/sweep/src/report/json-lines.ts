import type { Reporter, SweepEvent } from './events.ts';

const PROGRESS_INTERVAL_MS = 2000;

/** What text is written to, e.g. a stream. */
export interface TextSink {
  /** @param done called when the text was taken, or could not be */
  write(text: string, done?: (error?: Error | null) => void): unknown;
}

/** Every event as a line of JSON, but progress and what workers print: what `--json` prints. */
export function jsonEvents(output: TextSink): Reporter {
  return {
    report(event) {
      if (!isProgress(event) && event.type !== 'worker.output') writeLine(output, event);
    },
    close() {},
  };
}

/**
 * Progress as lines of JSON, at most one per thing and two seconds: what `--json` prints on a standard error that is
 * no terminal. Warnings are among them, and what workers print stands as it is.
 */
export function jsonProgress(output: TextSink, now: () => number = () => performance.now()): Reporter {
  const lastWritten = new Map<string, number>();
  return {
    report(event) {
      if (event.type === 'worker.output') return void output.write(`${event.line}\n`);
      if (TOLD_AT_ONCE.has(event.type)) return writeLine(output, event);
      if (!isProgress(event)) return;
      const thing = 'runHash' in event ? event.runHash : event.type;
      const time = now();
      if (time - (lastWritten.get(thing) ?? -Infinity) < PROGRESS_INTERVAL_MS) return;
      lastWritten.set(thing, time);
      writeLine(output, event);
    },
    close() {},
  };
}

const TOLD_AT_ONCE = new Set<SweepEvent['type']>([
  'activations.warning',
  'run.warning',
  'sweep.stopping',
  'sweep.warning',
]);

function isProgress(event: SweepEvent): boolean {
  return event.type === 'run.progress' || event.type === 'activations.progress';
}

/** NaN, which stands for a figure that a run does not have, is null; infinities, which JSON lacks, are strings. */
function writeLine(output: TextSink, event: SweepEvent): void {
  const line = JSON.stringify(event, (_key, value: unknown) =>
    value === Infinity || value === -Infinity ? String(value) : value,
  );
  output.write(`${line}\n`);
}
