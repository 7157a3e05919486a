import { availableParallelism, totalmem } from 'node:os';

/** The memory and threads that the runs of a sweep share. */
export interface Machine {
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
}

/** First version of Node with shared memory for native code. Before it, a process trains on one thread. */
const SHARES_MEMORY = [24, 9];

export function thisMachine(): Machine {
  const constrained = process.constrainedMemory();
  return {
    cores: availableParallelism(),
    // The limit of a container, if there is one.
    memory: Math.min(totalmem(), constrained > 0 ? constrained : Infinity),
  };
}

/** Number of worker processes of a sweep, and the threads of each. */
export function workersOf(
  { cores }: Machine,
  { workers, runs }: { workers: number | undefined; runs: number },
): { workers: number; threads: number } {
  const count = Math.max(1, Math.min(workers ?? Math.min(2, cores), runs));
  return { workers: count, threads: sharesMemory() ? Math.max(1, Math.floor(cores / count)) : 1 };
}

function sharesMemory(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > SHARES_MEMORY[0]! || (major === SHARES_MEMORY[0] && minor >= SHARES_MEMORY[1]!);
}
