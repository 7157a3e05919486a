import { shareStart, type Task } from './task.ts';

/** Dimensions of a strip: what the compiled kernel adds up in registers. */
export const STRIP = 32;

/** A strip of a share of the columns; arguments: columns, shares, room for strips, bytes of each, the kernel's own. */
export const weightStrip: Task = ({ run, thread }, args) => {
  const [columns, shares, scratch, bytes] = [args[0]!, args[1]!, args[2]!, args[3]!];
  const operands = Array.from({ length: 10 }, (_, i) => args[4 + i]!);
  return (part) => {
    const [strip, share] = [Math.floor(part / shares), part % shares];
    const latents = [shareStart(columns, shares, share), shareStart(columns, shares, share + 1)] as const;
    run.weightGradients(...latents, strip * STRIP, ...operands, scratch + thread * bytes);
  };
};
