import { setTimeout as sleep } from 'node:timers/promises';
import { startSweep, type RunningCommand } from '../sweep-command.ts';

/** Runs of a second or two over several shards, so that something is always in progress. */
export const EXPERIMENT = 'killed.ts';
const FLAGS = ['--json', '--workers', '2', '--checkpoint-seconds', '0.3'];
/** Longer than any step takes here, the recovery of a database included. */
const HANGS_MS = 150_000;

/** A running sweep command and its last event. */
export interface WatchedSweep {
  readonly process: RunningCommand['process'];
  readonly ended: boolean;
  /** Its last event. */
  readonly during: string;
  /** Hashes of the runs that it reported as finished. */
  readonly finished: readonly string[];
  /** Its exit code; null if it was killed; 'hangs' if it is silent but still running. */
  end(): Promise<{ code: number | null | 'hangs'; stderr: string }>;
}

/** @param onWork called whenever a run makes progress or ends */
export function watchSweep(
  experiment: string,
  dataDir: string,
  env: NodeJS.ProcessEnv,
  onWork: () => void = () => {},
): WatchedSweep {
  const { process: child, ended: ending } = startSweep(experiment, dataDir, FLAGS, env);
  let ended = false;
  let during = 'starting';
  let heard = performance.now();
  const finished: string[] = [];
  const onLine = (line: string): void => {
    const event = parse(line);
    if (event === undefined) return;
    during = [event.type, event.runId, event.step].filter((part) => part !== undefined).join(' ');
    if (event.type === 'run.finished') finished.push(event.runHash!);
    if (['run.progress', 'run.finished', 'sweep.finished'].includes(event.type)) onWork();
  };
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream!.on('data', (text: string) => {
      heard = performance.now();
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      lines.forEach(onLine);
    });
  }
  void ending.then(() => (ended = true));
  return {
    process: child,
    get ended() {
      return ended;
    },
    get during() {
      return during;
    },
    finished,
    async end() {
      for (;;) {
        const result = await Promise.race([ending, sleep(1000)]);
        if (result !== undefined) return result;
        if (performance.now() - heard > HANGS_MS) return { code: 'hangs', stderr: '' };
      }
    },
  };
}

interface Event {
  readonly type: string;
  readonly runHash?: string;
  readonly runId?: number;
  readonly step?: number;
}

/** Undefined if the line is not an event: standard error has other lines, and a kill truncates the last one. */
function parse(line: string): Event | undefined {
  if (!line.startsWith('{"type":')) return undefined;
  try {
    return JSON.parse(line) as Event;
  } catch {
    return undefined;
  }
}
