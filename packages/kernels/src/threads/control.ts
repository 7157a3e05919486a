/** Shared memory by which the threads of a team coordinate: a few words, and the arguments of the current task. */
export interface Control {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly args: Float64Array<SharedArrayBuffer>;
  readonly message: Uint8Array<SharedArrayBuffer>;
}

/** The index of each word. */
export const WORD = {
  /** Incremented by each task; workers sleep on it. */
  generation: 0,
  task: 1,
  parts: 2,
  /** The next part to take. */
  next: 3,
  /** Workers that have not finished the task; the caller sleeps on it. */
  working: 4,
  /** Workers that are ready for tasks. */
  ready: 5,
  /** 1: a thread failed; 2: a thread ended. */
  fault: 6,
  messageLength: 7,
} as const;

/** Enough for a search with 50 selections. */
const MOST_ARGS = 1024;
const MESSAGE_BYTES = 2048;

export function newControl(): Control {
  return controlOn({
    words: new SharedArrayBuffer(64),
    args: new SharedArrayBuffer(MOST_ARGS * 8),
    message: new SharedArrayBuffer(MESSAGE_BYTES),
  });
}

export function controlOn(buffers: Record<keyof Control, SharedArrayBuffer>): Control {
  return {
    words: new Int32Array(buffers.words),
    args: new Float64Array(buffers.args),
    message: new Uint8Array(buffers.message),
  };
}

/** Runs parts of the task until none are left. */
export function takeParts({ words }: Control, work: (part: number) => void): void {
  const parts = Atomics.load(words, WORD.parts);
  for (;;) {
    const part = Atomics.add(words, WORD.next, 1);
    if (part >= parts) return;
    work(part);
  }
}

/** Records why a task failed, and keeps the other threads from taking more of its parts. */
export function reportFault({ words, message }: Control, error: unknown): void {
  const text = new TextEncoder().encode(
    error instanceof Error ? (error.stack ?? error.message) : String(error),
  );
  const bytes = text.subarray(0, message.length);
  message.set(bytes);
  Atomics.store(words, WORD.messageLength, bytes.length);
  Atomics.compareExchange(words, WORD.fault, 0, 1);
  Atomics.store(words, WORD.next, Atomics.load(words, WORD.parts));
}
