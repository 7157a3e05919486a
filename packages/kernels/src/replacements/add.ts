import type { Heap } from '../heap/heap.ts';
import { input, type KernelReplacement, sizeOf } from './replacement.ts';

/** Elements from which all threads beat tfjs's single-threaded kernel. */
const LARGE = 2 ** 16;
/** Elements of a row, the unit of work that threads divide. */
const WIDTH = 1024;

/** a + b of equal shape, which the gradient tape uses to sum gradients that reach a tensor along several paths. */
export function addReplacement(heap: Heap): KernelReplacement {
  const length = LARGE + 5;
  const numbers = (stride: number): number[] => Array.from({ length }, (_, i) => ((i * stride) % 9) - 4);
  const [left, right] = [numbers(7), numbers(5)];
  return {
    kernelName: 'Add',
    cases: [
      {
        inputs: { a: { values: left, shape: [length] }, b: { values: right, shape: [length] } },
        expected: left.map((value, i) => value + right[i]!),
      },
    ],
    build: (original) => (args) => {
      const [a, b] = [input(args, 'a'), input(args, 'b')];
      const size = sizeOf(a.shape);
      const isOfOneShape = a.shape.length === b.shape.length && a.shape.every((dim, i) => dim === b.shape[i]);
      if (size < LARGE || !isOfOneShape || a.dtype !== 'float32' || b.dtype !== 'float32')
        return original(args);
      const out = args.backend.makeOutput(a.shape, 'float32');
      const [from, other, into] = [a, b, out].map((info) => heap.offset(info)) as [number, number, number];
      const rows = Math.floor(size / WIDTH);
      heap.rows('add', rows, [WIDTH, from, other, into]);
      const done = rows * WIDTH * 4;
      heap.run.add(0, 1, size - rows * WIDTH, from + done, other + done, into + done);
      return out;
    },
  };
}
