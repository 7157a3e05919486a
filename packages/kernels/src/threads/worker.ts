/**
 * A worker thread of a team. It sleeps until there is a task and runs parts of it. Between tasks it keeps only its ONNX
 * sessions.
 */
import { workerData } from 'node:worker_threads';
import type { WasmMemory } from '../compiled/web-assembly.ts';
import { loadOnnxRuntime } from '../onnx/runtime.ts';
import type { Task } from '../tasks/task.ts';
import { TASKS } from '../tasks/tasks.ts';
import { ThreadContext } from '../tasks/thread-context.ts';
import { controlOn, reportFault, takeParts, WORD } from './control.ts';
import type { WorkerInit } from './worker-init.ts';

const { module, memory, spill, control: buffers, thread } = workerData as WorkerInit;
const control = controlOn(buffers);
const { words } = control;
/** Checks for the next task before the thread sleeps: within a step, the next task follows soon. */
const SPINS = 100_000;

process.on('exit', () => {
  reportFault(control, new Error('the thread exited'));
  Atomics.store(words, WORD.fault, 2);
  Atomics.notify(words, WORD.working);
});

const context = new ThreadContext(module, memory as WasmMemory, await loadOnnxRuntime(), spill, thread);
const all = Object.values<Task>(TASKS);
let generation = 0;
Atomics.add(words, WORD.ready, 1);
for (;;) {
  for (let spin = 0; spin < SPINS && Atomics.load(words, WORD.generation) === generation; spin++);
  // In a loop, since a delayed caller may wake this thread after the task is done.
  while (Atomics.load(words, WORD.generation) === generation)
    Atomics.wait(words, WORD.generation, generation);
  generation = Atomics.load(words, WORD.generation);
  const task = all[words[WORD.task]!]!;
  try {
    takeParts(control, task(context, control.args));
  } catch (error) {
    reportFault(control, error);
  }
  Atomics.sub(words, WORD.working, 1);
  Atomics.notify(words, WORD.working);
}
