/** What threads do: every task with its arguments as numbers, as nothing else gets to another thread at once. */
import { weightStrip } from '../sparse/weight-strips.ts';
import { searchSlab } from '../sparse/search-slab.ts';
import type { Machine } from './machine.ts';

/** Does one part of a task. Which thread does it must not show in the result. */
export type Task = (machine: Machine, args: ArrayLike<number>, part: number) => void;

/** The first row of a part, of shares that differ by a row at most. */
export function shareStart(rows: number, parts: number, part: number): number {
  return Math.floor((rows * part) / parts);
}

/** Compiled kernels whose first arguments say which rows to do. */
const KERNELS = [
  'product',
  'codeErrors',
  'valueGradients',
  'countByColumn',
  'placeByColumn',
  'squaredErrors',
  'scaledDifference',
  'subtractVector',
  'scaleRows',
  'vectorProduct',
  'squareSums',
  'adam',
  'gatherColumns',
  'reorder',
  'unpackRows',
  'packRows',
  'quantiseInputs',
  'quantiseWeights',
] as const;

export type RowKernel = (typeof KERNELS)[number];

export const tasks = {
  searchSlab,
  weightStrip,
  /** A compiled kernel on its share of the rows: index of the kernel, rows, parts, number of arguments, arguments. */
  rows({ run }: Machine, args: ArrayLike<number>, part: number): void {
    const [kernel, rows, parts, count] = [args[0]!, args[1]!, args[2]!, args[3]!];
    const rest = Array.from({ length: count }, (_, i) => args[4 + i]!);
    run[KERNELS[kernel]!](shareStart(rows, parts, part), shareStart(rows, parts, part + 1), ...rest);
  },
};

export type TaskName = keyof typeof tasks;

export function rowsArguments(
  kernel: RowKernel,
  rows: number,
  parts: number,
  args: readonly number[],
): number[] {
  return [KERNELS.indexOf(kernel), rows, parts, args.length, ...args];
}
