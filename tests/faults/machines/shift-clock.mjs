// Preloaded into the processes of a machine: moves their wall clock by the seconds in a file, which may change while they
// run. The kernel has no namespace for this clock. Timers and the monotonic clock stay as they are, as they do when
// somebody sets a clock.
import { readFileSync } from 'node:fs';

const file = process.env.SAE_LAB_FAULT_CLOCK;
const TrueDate = Date;
let shiftMs = 0;

function read() {
  try {
    shiftMs = 1000 * Number(readFileSync(file, 'utf8'));
  } catch {
    // It is being written.
  }
}

if (file !== undefined) {
  read();
  setInterval(read, 100).unref();
  const now = () => TrueDate.now() + shiftMs;
  globalThis.Date = new Proxy(TrueDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new TrueDate(now()).toString(),
    get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
  });
}
