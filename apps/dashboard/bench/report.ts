import { availableParallelism, cpus } from 'node:os';
import type { ScrollCost } from './main-thread.ts';

const MACHINE = `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}`;

interface Measured {
  readonly case: string;
  readonly ms?: number;
  readonly bytes?: number;
  /** Of cases that are neither a time nor a size, e.g. points per second. */
  readonly value?: number;
  /** What the case must hold, e.g. `≤ 100 ms`. */
  readonly bar: string;
  readonly holds: boolean;
}

/** Prints a case as a JSON line. */
export function report({ case: name, ms, bytes, value, bar, holds }: Measured): void {
  const rounded = (number: number | undefined): number | null =>
    number === undefined ? null : Math.round(number * 100) / 100;
  const line = { bench: 'dashboard', case: name, ms: rounded(ms), bytes: rounded(bytes) };
  const rest = { ...(value !== undefined && { value: rounded(value) }), bar, holds, machine: MACHINE };
  process.stdout.write(`${JSON.stringify({ ...line, ...rest })}\n`);
}

/** The middle of the times of 15 calls, after two that warm up. */
export async function medianMs(call: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = -2; round < 15; round++) {
    const start = performance.now();
    await call();
    if (round >= 0) times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b)[7]!;
}

/** Reports what frames cost while an element scrolls. */
export function reportScroll(what: string, { frameMs, workMs, parts }: ScrollCost, most?: number): void {
  const bar = most === undefined ? 'none' : `≤ ${most} ms`;
  const holds = (ms: number): boolean => most === undefined || ms <= most;
  report({ case: `p95 frame while scrolling ${what}`, ms: frameMs, bar, holds: holds(frameMs) });
  report({ case: `p95 main-thread work of a frame, ${what}`, ms: workMs.p95, bar, holds: holds(workMs.p95) });
  report({
    case: `median main-thread work of a frame, ${what}`,
    ms: workMs.median,
    bar: 'none',
    holds: true,
  });
  process.stderr.write(`${what}: ${parts.map(([name, ms]) => `${name} ${ms.toFixed(2)} ms`).join(', ')}\n`);
}
