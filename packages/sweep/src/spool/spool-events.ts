import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { RunEvent } from '@sae-lab/core';
import { asWriteError } from '@sae-lab/core/files';
import type { Provenance } from '../run/provenance.ts';
import type { EndOfRun } from '../worker/worker.ts';
import { fromJsonLine, toJsonLine } from './numbers-in-json.ts';
import { problemOfLine, spooledLineSchema } from './spool-event-schema.ts';
import { eventsFolder } from './spool-files.ts';

/** What an attempt writes, one line each. */
type SpoolEvent =
  /** `at`: milliseconds since 1970; spools of earlier versions have none. */
  | { readonly type: 'begun'; readonly provenance: Provenance; readonly at?: number }
  | RunEvent
  /** A line that the process printed. */
  | { readonly type: 'printed'; readonly from: 'output' | 'error'; readonly text: string }
  /** Paths of artifacts are relative to the spool. */
  | { readonly type: 'ended'; readonly result: EndOfRun };

/** An event, and when it was written. */
export interface SpooledEvent {
  readonly event: SpoolEvent;
  /** Milliseconds since the attempt began, on a clock that only goes forward. Spools of earlier versions have none. */
  readonly t?: number;
}

/** What one attempt at a run has reported. */
export interface SpooledAttempt {
  readonly attempt: number;
  readonly events: readonly SpooledEvent[];
  /** Lines that cannot be used, with the reason. The last line of a killed attempt, cut off, is not one of them. */
  readonly badLines: readonly { readonly file: string; readonly line: number; readonly reason: string }[];
}

export interface EventWriter {
  write(event: SpoolEvent): void;
  close(): void;
}

/**
 * Opens the file of the run's next attempt. Each has its own, so two processes never write to the same one, and what a
 * kill cuts off is the end of a file.
 */
export async function openEventWriter(runFolder: string): Promise<EventWriter> {
  const folder = eventsFolder(runFolder);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw asWriteError(error, folder);
  });
  const attempt = 1 + Math.max(0, ...(await attemptFiles(runFolder)).map(({ attempt: earlier }) => earlier));
  const name = `${String(attempt).padStart(6, '0')}-${randomBytes(4).toString('hex')}.jsonl`;
  const path = join(folder, name);
  const written = <T>(write: () => T): T => {
    try {
      return write();
    } catch (error) {
      throw asWriteError(error, path);
    }
  };
  const file = written(() => openSync(path, 'ax'));
  const start = performance.now();
  let n = 0;
  return {
    write(event) {
      const line = toJsonLine({ n, t: Math.round(performance.now() - start), event });
      written(() => writeSync(file, `${line}\n`));
      n += 1;
    },
    close: () => closeSync(file),
  };
}

interface AttemptFile {
  readonly attempt: number;
  readonly path: string;
}

async function attemptFiles(runFolder: string): Promise<AttemptFile[]> {
  const folder = eventsFolder(runFolder);
  const names = await readdir(folder).catch((): string[] => []);
  return names.toSorted().flatMap((name) => {
    const [, attempt] = /^(\d{6})-[0-9a-f]{8}\.jsonl$/.exec(name) ?? [];
    return attempt === undefined ? [] : [{ attempt: Number(attempt), path: join(folder, name) }];
  });
}

/** The attempts at a run, the first one first. The files may be written to meanwhile. */
export async function readAttempts(runFolder: string): Promise<SpooledAttempt[]> {
  const attempts: SpooledAttempt[] = [];
  for (const { attempt, path } of await attemptFiles(runFolder)) {
    attempts.push({ attempt, ...readLines(path, await readFile(path, 'utf8')) });
  }
  return attempts;
}

/** The attempt that counts: the last one with a result, or else the last one. */
export function countingAttempt(attempts: readonly SpooledAttempt[]): SpooledAttempt | undefined {
  return (
    attempts.findLast((one) => ['finished', 'diverged'].includes(endOf(one)?.status ?? '')) ?? attempts.at(-1)
  );
}

export function endOf({ events }: SpooledAttempt): EndOfRun | undefined {
  const last = events.at(-1)?.event;
  return last?.type === 'ended' ? last.result : undefined;
}

function readLines(file: string, text: string): Pick<SpooledAttempt, 'events' | 'badLines'> {
  const events: SpooledEvent[] = [];
  const badLines: SpooledAttempt['badLines'][number][] = [];
  const lines = text.split('\n');
  // After the last line break there is nothing, or a line that was or is not yet written to its end.
  lines.pop();
  const lastSteps = new Map<string, number>();
  let next = 0;
  for (const [index, line] of lines.entries()) {
    const bad = (reason: string): void => void badLines.push({ file, line: index + 1, reason });
    try {
      const parsed = fromJsonLine(line);
      const { error } = spooledLineSchema.safeParse(parsed);
      if (error !== undefined) {
        bad(problemOfLine(error));
        continue;
      }
      const { n, t, event } = parsed as { n: number; t?: number; event: SpoolEvent };
      if (n < next) {
        bad('comes a second time');
        continue;
      }
      if (!continuesCurves(event, lastSteps)) {
        bad('repeats steps of an earlier line');
        continue;
      }
      if (n > next)
        bad(n === next + 1 ? 'the event before it is missing' : `${n - next} events before it are missing`);
      next = n + 1;
      events.push({ event, ...(t !== undefined && { t }) });
    } catch {
      bad('is not JSON');
    }
  }
  return { events, badLines };
}

/** Whether the points of an event come after those before, whose last steps are kept by curve. */
function continuesCurves(event: SpoolEvent, lastSteps: Map<string, number>): boolean {
  if (event.type !== 'curves' && event.type !== 'resumed') return true;
  // A run that is resumed writes all points up to there.
  if (event.type === 'resumed') lastSteps.clear();
  const curves = Object.entries(event.curves).filter(([, { steps }]) => steps.length > 0);
  if (curves.some(([name, { steps }]) => steps[0]! <= (lastSteps.get(name) ?? -1))) return false;
  for (const [name, { steps }] of curves) lastSteps.set(name, steps.at(-1)!);
  return true;
}
