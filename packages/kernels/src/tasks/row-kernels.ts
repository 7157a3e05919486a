import { ROW_KERNELS, type KernelExports } from '../compiled/kernel-exports.ts';
import { shareStart, type Task } from './task.ts';

export type RowKernel = (typeof ROW_KERNELS)[number];

/** The arguments of a kernel after its range of rows. */
export type RowArguments<Kernel extends RowKernel> =
  Parameters<KernelExports[Kernel]> extends [from: number, to: number, ...rest: infer Rest extends number[]]
    ? Rest
    : never;

/**
 * Runs a compiled kernel on a part of the rows. Arguments: index of the kernel, rows, parts, offset of the threads' scratch
 * or 0, bytes of scratch per thread, the number of the kernel's own arguments, and those arguments. A thread's scratch is
 * passed as the kernel's last argument.
 */
export const rows: Task = ({ run, thread }, args) => {
  const [index, count, parts, scratch, bytes, own] = Array.from({ length: 6 }, (_, i) => args[i]!) as Header;
  const rest: number[] = [];
  for (let i = 0; i < own; i++) rest.push(args[6 + i]!);
  if (scratch !== 0) rest.push(scratch + thread * bytes);
  const kernel: (...numbers: number[]) => void = run[ROW_KERNELS[index]!];
  return (part) => kernel(shareStart(count, parts, part), shareStart(count, parts, part + 1), ...rest);
};

type Header = [index: number, rows: number, parts: number, scratch: number, bytes: number, own: number];

export function rowsArguments(
  kernel: RowKernel,
  count: number,
  parts: number,
  args: readonly number[],
  scratch: { offset: number; bytes: number } = { offset: 0, bytes: 0 },
): number[] {
  return [ROW_KERNELS.indexOf(kernel), count, parts, scratch.offset, scratch.bytes, args.length, ...args];
}
