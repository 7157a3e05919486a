import type { KernelExports } from '../compiled/kernel-exports.ts';
import { shareStart, type Task } from './task.ts';

/** Dimensions of a strip, which the compiled kernel sums in registers. */
export const STRIP = 32;

/** The arguments that all parts share: the kernel's, without its range of columns, the strip and the scratch. */
type Operands =
  Parameters<KernelExports['weightGradients']> extends [
    number,
    number,
    number,
    ...infer Rest extends number[],
    number,
  ]
    ? Rest
    : never;

interface WeightStrip {
  readonly columns: number;
  /** Shares into which the columns are cut. Each strip of a share is one part of the task. */
  readonly shares: number;
  /** Offset of the threads' scratch, and bytes per thread. */
  readonly scratch: { readonly offset: number; readonly bytes: number };
  readonly operands: Readonly<Operands>;
}

/** One strip of a share of the columns of a weight matrix's gradient. */
export const weightStrip: Task = ({ run, thread }, args) => {
  const [columns, shares, offset, bytes] = [args[0]!, args[1]!, args[2]!, args[3]!];
  const operands = Array.from({ length: 10 }, (_, i) => args[4 + i]!) as Operands;
  return (part) => {
    const [strip, share] = [Math.floor(part / shares), part % shares];
    const [from, to] = [shareStart(columns, shares, share), shareStart(columns, shares, share + 1)];
    run.weightGradients(from, to, strip * STRIP, ...operands, offset + thread * bytes);
  };
};

export function weightStripArguments({ columns, shares, scratch, operands }: WeightStrip): number[] {
  return [columns, shares, scratch.offset, scratch.bytes, ...operands];
}
