/** A worker thread of a team: sleeps, does parts of a task, sleeps. It holds no state between tasks but its sessions. */
import { workerData } from 'node:worker_threads';
import { loadOnnxRuntime } from '../onnx/runtime.ts';
import { controlOn, reportFault, takeParts, WORD } from './control.ts';
import { Machine } from '../tasks/thread-context.ts';
import type { Task } from '../tasks/task.ts';
import { TASKS } from '../tasks/tasks.ts';
import type { Enlistment } from './team.ts';
import type { WasmMemory } from '../compiled/web-assembly.ts';

const { module, memory, rooms, control: buffers, thread } = workerData as Enlistment;
const control = controlOn(buffers);
const { words } = control;
/** How often to look for the next task before going to sleep: a task follows close on another within a step. */
const SPINS = 100000;

process.on('exit', () => {
  reportFault(control, new Error('the thread exited'));
  Atomics.store(words, WORD.fault, 2);
  Atomics.notify(words, WORD.working);
});

const machine = new Machine(module, memory as WasmMemory, await loadOnnxRuntime(), rooms, thread);
const all = Object.values(TASKS) as Task[];
let generation = 0;
Atomics.add(words, WORD.ready, 1);
for (;;) {
  for (let spin = 0; spin < SPINS && Atomics.load(words, WORD.generation) === generation; spin++);
  // Again and again: a caller that is held up may wake this thread after it has done the task.
  while (Atomics.load(words, WORD.generation) === generation)
    Atomics.wait(words, WORD.generation, generation);
  generation = Atomics.load(words, WORD.generation);
  const task = all[words[WORD.task]!]!;
  try {
    takeParts(control, task(machine, control.args));
  } catch (error) {
    reportFault(control, error);
  }
  Atomics.sub(words, WORD.working, 1);
  Atomics.notify(words, WORD.working);
}
