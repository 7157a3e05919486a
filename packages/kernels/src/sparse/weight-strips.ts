/** Gradients of a weight matrix, some dimensions at a time. */
import type { Heap } from '../compiled/heap.ts';
import { shareStart, type Task } from '../compiled/tasks.ts';

/** Dimensions of a strip, and bytes of each of its rows: what the compiled kernel adds up in registers. */
const STRIP = 32;
/** Parts for each thread, at least; each cuts its strip itself. */
const PARTS = 1;

/**
 * @param rows of what is added up
 * @param args those of the compiled kernel from its `rows` to `isMore`
 */
export function weightGradientsInStrips(
  heap: Heap,
  columns: number,
  width: number,
  rows: number,
  args: readonly number[],
): void {
  const strips = Math.ceil(width / STRIP);
  const shares = Math.max(1, Math.min(columns, Math.ceil((PARTS * heap.team.threads) / strips)));
  heap.withRoom((room) => {
    const size = (rows + 1) * STRIP;
    const scratch = room.take(heap.team.threads * size);
    heap.team.run('weightStrip', strips * shares, [columns, shares, scratch, size * 4, ...args]);
  });
}

/** One strip of a share of the latents; arguments: columns, shares, room for strips, bytes of each, the kernel's. */
export const weightStrip: Task = ({ run, thread }, args, part) => {
  const [columns, shares, scratch, bytes] = [args[0]!, args[1]!, args[2]!, args[3]!];
  const [strip, share] = [Math.floor(part / shares), part % shares];
  const latents = [shareStart(columns, shares, share), shareStart(columns, shares, share + 1)] as const;
  const kernel = Array.from({ length: 11 }, (_, i) => args[4 + i]!);
  run.weightGradients(...latents, strip * STRIP, ...kernel, scratch + thread * bytes);
};
