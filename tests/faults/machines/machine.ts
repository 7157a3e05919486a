/** A machine of a cluster: a disk, a clock, a cable, and a worker that is started again whenever it ends. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWorker, type CommandResult, type RunningCommand } from '../../sweep-command.ts';
import { MARK, processesOf } from '../processes.ts';
import { mountDisk } from '../small-disk.ts';
import { SILENT_SECONDS } from './plan.ts';
import { whyItWaits } from './why-it-waits.ts';

export interface Machine {
  /** Waits until it trains, but not for long: it may have nothing to train. */
  training(): Promise<void>;
  /** Sends a signal to the worker, to its training processes, or to all. False if there is none. */
  signal(to: 'worker' | 'child' | 'all', signal: NodeJS.Signals): boolean;
  /** Ends everything at once, and empties the disk before the next start. */
  losePower(): void;
  setClock(seconds: number): void;
  fillDisk(): Promise<void>;
  emptyDisk(): void;
  /** Starts no further workers. Resolves when the last one has ended. */
  retire(): Promise<void>;
  /** What its worker and training processes wait for, and what the worker printed. */
  explain(): Promise<string[]>;
  /** The processes that run on it. */
  processes(): readonly { readonly pid: number; readonly kind: string }[];
  remove(): Promise<void>;
}

const PRELOADED = [
  new URL('shift-clock.mjs', import.meta.url).href,
  new URL('explain-hang.mjs', import.meta.url).href,
];
/** Pause before a worker is started again, as an init system makes it. */
const RESTART_MS = 500;
const POLL_MS = 100;
const MOST_POLLS = 20;
const FLAGS = ['--concurrency', '1', '--checkpoint-seconds', '0.2', '--grace', '5s'];

/**
 * @param within the beginning of a command line that runs the rest on this machine
 * @param onEnd called with the output of each worker that has ended
 */
export function startMachine(
  within: readonly string[],
  env: Readonly<Record<string, string>>,
  onEnd: (result: CommandResult) => void,
): Machine {
  const disk = mountDisk('160m');
  const mark = randomUUID();
  const own = mkdtempSync(join(tmpdir(), 'sae-lab-machine-'));
  const clockFile = join(own, 'clock');
  writeFileSync(clockFile, '0');
  let worker: RunningCommand | undefined;
  const retirement = new AbortController();
  let isFull = false;
  let wipe = false;

  const found = () => processesOf(mark, disk.folder);
  const supervise = async (): Promise<void> => {
    while (!retirement.signal.aborted) {
      if (wipe) {
        wipe = false;
        for (const name of readdirSync(disk.folder)) {
          if (name !== 'ballast') rmSync(join(disk.folder, name), { recursive: true, force: true });
        }
      }
      worker = startWorker(
        disk.folder,
        FLAGS,
        {
          ...env,
          [MARK]: mark,
          SAE_LAB_FAULT_CLOCK: clockFile,
          SAE_LAB_WORKER_TIMEOUT: String(SILENT_SECONDS),
          SAE_LAB_FAULT_HANGS: own,
          NODE_OPTIONS: PRELOADED.map((url) => `--import=${url}`).join(' '),
        },
        within,
      );
      const result = await worker.ended;
      onEnd(result);
      // It has found that everything is done. Others may still disagree.
      await sleep(RESTART_MS);
    }
  };
  const supervising = supervise();

  const signal: Machine['signal'] = (to, name) => {
    const chosen = found().filter(({ pid, kind }) =>
      to === 'all' ? true : to === 'child' ? kind === 'worker' : pid === worker?.process.pid,
    );
    for (const { pid } of chosen) {
      try {
        process.kill(pid, name);
      } catch {
        // It has just ended.
      }
    }
    return chosen.length > 0;
  };
  return {
    async training() {
      const trains = (): boolean => found().some(({ kind }) => kind === 'worker');
      for (let polls = 0; polls < MOST_POLLS && !trains(); polls++) await sleep(POLL_MS);
    },
    signal,
    losePower() {
      wipe = true;
      signal('all', 'SIGKILL');
    },
    setClock: (seconds) => writeFileSync(clockFile, String(seconds)),
    async fillDisk() {
      if (isFull) return;
      isFull = true;
      await disk.fill(0);
    },
    emptyDisk() {
      isFull = false;
      disk.empty();
    },
    async retire() {
      retirement.abort();
      await supervising;
    },
    async explain() {
      const texts = await Promise.all(
        found().map(async ({ pid, kind }) => `process ${pid} (${kind}):\n  ${await whyItWaits(pid, own)}`),
      );
      return texts.length === 0 ? [] : [...texts, `it printed:\n${worker?.printed() ?? ''}`];
    },
    processes: found,
    async remove() {
      retirement.abort();
      signal('all', 'SIGKILL');
      await supervising;
      await disk.remove();
      rmSync(own, { recursive: true });
    },
  };
}
