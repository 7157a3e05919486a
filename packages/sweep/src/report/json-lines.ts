import type { ServeEvent } from '../serve/events.ts';
import type { Reporter, SweepEvent } from './events.ts';

const PROGRESS_INTERVAL_MS = 2000;

/** A destination for text, e.g. a stream. */
export interface TextSink {
  /** @param done called once the text was written, or could not be */
  write(text: string, done?: (error?: Error | null) => void): unknown;
}

/** The output of `--json`: every event as a line of JSON, except progress and worker output. */
export function jsonEvents(output: TextSink): Reporter {
  return {
    report(event) {
      if (!isProgress(event) && event.type !== 'worker.output') writeLine(output, event);
    },
    close() {},
  };
}

/**
 * The output of `--json` on standard error when that is not a terminal: progress as lines of JSON, at most one every two
 * seconds for each run, and warnings. Worker output is passed through.
 */
export function jsonProgress(output: TextSink, now: () => number = () => performance.now()): Reporter {
  const lastWritten = new Map<string, number>();
  return {
    report(event) {
      if (event.type === 'worker.output') return void output.write(`${event.line}\n`);
      if (IMMEDIATE.has(event.type)) return writeLine(output, event);
      if (!isProgress(event)) return;
      const source =
        'runHash' in event ? event.runHash : 'job' in event ? `evaluation ${event.job}` : event.type;
      const time = now();
      if (time - (lastWritten.get(source) ?? -Infinity) < PROGRESS_INTERVAL_MS) return;
      lastWritten.set(source, time);
      writeLine(output, event);
    },
    close() {},
  };
}

const IMMEDIATE = new Set<SweepEvent['type']>([
  'activations.warning',
  'evaluation.warning',
  'run.warning',
  'sweep.stopping',
  'sweep.warning',
]);

/** An event of `pnpm worker` as a line of JSON; progress and output are left out. */
export function jsonLines(output: TextSink, event: ServeEvent): void {
  if (!isProgress(event) && event.type !== 'worker.output') writeLine(output, event);
}

function isProgress(event: ServeEvent): boolean {
  return /^(run|activations|download|evaluation)\.progress$|^run\.paused$/.test(event.type);
}

/** NaN, an undefined figure, becomes null. Infinities, which JSON lacks, become strings. */
function writeLine(output: TextSink, event: ServeEvent): void {
  const line = JSON.stringify(event, (_key, value: unknown) =>
    value === Infinity || value === -Infinity ? String(value) : value,
  );
  output.write(`${line}\n`);
}
