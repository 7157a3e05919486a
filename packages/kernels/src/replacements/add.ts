import type { Heap } from '../heap/heap.ts';
import { input, type KernelReplacement, sizeOf } from './replacement.ts';

/** From so many numbers on all threads together are faster than tfjs's kernel on one. */
const LARGE = 2 ** 16;
/** Numbers that are added at once, for the threads to share out. */
const WIDTH = 1024;

/** a + b of one shape, as the gradient tape adds up what reaches a tensor by several ways. */
export function addReplacement(heap: Heap): KernelReplacement {
  const size = LARGE + 5;
  const numbers = (stride: number): number[] =>
    Array.from({ length: size }, (_, i) => ((i * stride) % 9) - 4);
  const [a, b] = [numbers(7), numbers(5)];
  return {
    kernelName: 'Add',
    cases: [
      {
        inputs: { a: { values: a, shape: [size] }, b: { values: b, shape: [size] } },
        expected: a.map((value, i) => value + b[i]!),
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
