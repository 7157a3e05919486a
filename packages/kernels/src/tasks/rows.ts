import { shareStart, type Task } from './task.ts';

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
  'positivePart',
  'whereOn',
  'nonZeroColumns',
  'transpose',
  'add',
  'repeatRow',
  'squareSums',
  'squareSumsOfEntries',
  'adam',
  'adamOfEntries',
  'columnSums',
  'gatherColumns',
  'firedColumns',
  'reorder',
  'unpackRows',
  'packRows',
  'quantiseInputs',
  'quantiseWeights',
] as const;

export type RowKernel = (typeof KERNELS)[number];

/**
 * A compiled kernel on its share of the rows: index of the kernel, rows, parts, room for the threads and bytes of each
 * thread's, which a kernel gets last where it needs any; arguments.
 */
export const rows: Task = ({ run, thread }, args) => {
  const [index, rows, parts, room, bytes, count] = [
    args[0]!,
    args[1]!,
    args[2]!,
    args[3]!,
    args[4]!,
    args[5]!,
  ];
  const rest: number[] = [];
  for (let i = 0; i < count; i++) rest.push(args[6 + i]!);
  if (room !== 0) rest.push(room + thread * bytes);
  const kernel = run[KERNELS[index]!];
  return (part) => kernel(shareStart(rows, parts, part), shareStart(rows, parts, part + 1), ...rest);
};

export function rowsArguments(
  kernel: RowKernel,
  rows: number,
  parts: number,
  args: readonly number[],
  room: { place: number; bytes: number } = { place: 0, bytes: 0 },
): number[] {
  return [KERNELS.indexOf(kernel), rows, parts, room.place, room.bytes, args.length, ...args];
}
