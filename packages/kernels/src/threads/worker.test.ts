import { Worker } from 'node:worker_threads';
import { expect, it, vi } from 'vitest';
import { kernelModule } from '../compiled/kernel-module.ts';
import { wasm } from '../compiled/web-assembly.ts';
import { newControl, WORD } from './control.ts';
import type { WorkerInit } from './worker-init.ts';

it('a worker that is woken late does not repeat a task', async () => {
  const { words, args, message } = newControl();
  const init: WorkerInit = {
    module: kernelModule(true),
    memory: new wasm.Memory({ initial: 16, maximum: 65_536, shared: true }),
    spill: 0,
    control: { words: words.buffer, args: args.buffer, message: message.buffer },
    thread: 1,
  };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: init });
  try {
    await vi.waitFor(() => expect(Atomics.load(words, WORD.ready)).toBe(1), 30_000);
    // If notify wakes a thread, the worker was asleep.
    await vi.waitFor(() => expect(Atomics.notify(words, WORD.generation)).toBe(1), 30_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(Atomics.load(words, WORD.working)).toBe(0);
    expect(Atomics.load(words, WORD.fault)).toBe(0);
  } finally {
    await worker.terminate();
  }
}, 60_000);
