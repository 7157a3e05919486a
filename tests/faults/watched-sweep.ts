import { setTimeout as sleep } from 'node:timers/promises';
import { startSweep, type RunningCommand } from '../sweep-command.ts';

/** Runs of a second or two each, over activations in several shards: there is always something under way. */
export const EXPERIMENT = 'killed.ts';
const FLAGS = ['--json', '--workers', '2', '--checkpoint-seconds', '0.3'];
/** Longer than anything takes here, a database's recovery included. */
const HANGS_MS = 150_000;

/** A sweep command that is listened to. */
export interface WatchedSweep {
  readonly process: RunningCommand['process'];
  readonly ended: boolean;
  /** What it told of last. */
  readonly during: string;
  /** Hashes of the runs that it said to have finished. */
  readonly finished: readonly string[];
  /** Its exit code, null if it was killed; 'hangs' if it says nothing any more. It then still runs. */
  end(): Promise<{ code: number | null | 'hangs'; stderr: string }>;
}

/** @param onWork called whenever a run makes progress or ends */
export function watchSweep(
  dataDir: string,
  env: NodeJS.ProcessEnv,
  onWork: () => void = () => {},
): WatchedSweep {
  const { process: child, ended: ending } = startSweep(EXPERIMENT, dataDir, FLAGS, env);
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

/** Undefined where the line is no event; standard error has others too, and the last of a killed command is cut. */
function parse(line: string): Event | undefined {
  if (!line.startsWith('{"type":')) return undefined;
  try {
    return JSON.parse(line) as Event;
  } catch {
    return undefined;
  }
}
