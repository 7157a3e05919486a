import type { Control } from './control.ts';

/** The data that a worker thread starts with. */
export interface WorkerInit {
  readonly module: object;
  readonly memory: object;
  readonly spill: number;
  readonly control: Record<keyof Control, SharedArrayBuffer>;
  /** From 1; the caller is thread 0. */
  readonly thread: number;
}
