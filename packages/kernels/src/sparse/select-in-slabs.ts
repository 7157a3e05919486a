/** Pre-activations made, searched and overwritten, some rows at a time: the whole matrix never exists. */
import type { Gemm } from '../gemm.ts';
import type { EntryChoice, Support } from './support.ts';
import type { Room, WasmKernels } from './wasm-kernels.ts';

interface Operands {
  wasm: WasmKernels;
  gemm: Gemm;
  /** Places on the heap: [rows, width], [columns, width], [columns]. */
  x: number;
  W: number;
  bias: number | undefined;
}

interface Found {
  support: Support;
  values: Float32Array;
}

/** Numbers in the histogram of the kernel that keeps the largest of all. */
const HISTOGRAM = 65_536;

/** Rows at a time. Fewer would have the product prepare W too often, more would not stay in the cache. */
function slabRows(columns: number): number {
  return columns <= 16_384 ? 256 : 128;
}

export function selectInSlabs(
  { wasm, gemm, x, W, bias }: Operands,
  [rows, width]: [number, number],
  columns: number,
  choices: readonly EntryChoice[],
): Found[] {
  return wasm.withRoom((room) => {
    const step = Math.min(slabRows(columns), rows);
    const z = room.take(step * columns);
    const pickers = choices.map((choice) => picker(wasm, room, choice, { rows, columns, step }));
    for (let from = 0; from < rows; from += step) {
      const m = Math.min(step, rows - from);
      gemm({
        a: wasm.floats(x + from * width * 4, m * width),
        b: wasm.floats(W, columns * width),
        out: wasm.floats(z, m * columns),
        ...(bias !== undefined && { bias: wasm.floats(bias, columns) }),
        m,
        n: columns,
        k: width,
        transposeA: false,
        transposeB: true,
      });
      pickers.forEach(({ pick }) => pick(z, from, m));
    }
    return pickers.map(({ finish }) => finish());
  });
}

interface Picker {
  /** Takes what is chosen from a slab of `count` rows, the first of which is `from`. */
  readonly pick: (z: number, from: number, count: number) => void;
  readonly finish: () => Found;
}

function picker(
  wasm: WasmKernels,
  room: Room,
  choice: EntryChoice,
  { rows, columns, step }: { rows: number; columns: number; step: number },
): Picker {
  const allowed = allowedColumns(choice, columns);
  const names = choice.among === undefined ? 0 : room.copy(allowed);
  const count = allowed.length;
  const lowest =
    choice.kind === 'threshold'
      ? room.copy(Float32Array.from(allowed, (column) => choice.lowest[column]!))
      : 0;
  // 0 is no limit; from all allowed ones on there is none either.
  const k = choice.kind === 'topK' && choice.k < count ? choice.k : 0;
  const wanted = choice.kind === 'batchTopK' ? choice.k * rows : Infinity;
  const most = k > 0 ? step * k + count : step * count;
  const [columnsOut, valuesOut] = [room.take(most), room.take(most)];
  const [scratch, rowCount, histogram] = [room.take(2 * columns), room.take(rows), room.take(HISTOGRAM)];
  wasm.ints(histogram, HISTOGRAM).fill(0);
  const parts: { columnOf: Int32Array; values: Float32Array }[] = [];
  let bound = 0;
  let total = 0;
  return {
    pick(z, from, m) {
      const limits = [names, count, lowest, bound, k, scratch] as const;
      const found = wasm.run.select(z, m, columns, ...limits, rowCount + from * 4, columnsOut, valuesOut);
      const columnOf = wasm.ints(columnsOut, found).slice();
      parts.push({ columnOf, values: wasm.floats(valuesOut, found).slice() });
      total += found;
      if (wanted === Infinity) return;
      // What is smaller than `wanted` others seen so far cannot be among the largest of all.
      wasm.run.countSizes(valuesOut, found, histogram);
      bound = wasm.run.boundOf(histogram, wanted);
    },
    finish() {
      let [columnOf, values] = [new Int32Array(total), new Float32Array(total)];
      let start = 0;
      for (const part of parts) {
        columnOf.set(part.columnOf, start);
        values.set(part.values, start);
        start += part.values.length;
      }
      if (total > wanted) {
        const [places, numbers] = [room.copy(columnOf), room.copy(values)];
        wasm.run.keepLargestOfAll(wanted, total, rows, rowCount, places, numbers, histogram);
        [columnOf, values] = [wasm.ints(places, wanted).slice(), wasm.floats(numbers, wanted).slice()];
      }
      const rowStart = new Int32Array(rows + 1);
      wasm.ints(rowCount, rows).forEach((size, row) => (rowStart[row + 1] = rowStart[row]! + size));
      return { support: { rows, columns, rowStart, columnOf }, values };
    },
  };
}

function allowedColumns(choice: EntryChoice, columns: number): Int32Array {
  if ('k' in choice && choice.k === 0) return new Int32Array(0);
  const all = Int32Array.from({ length: columns }, (_, column) => column);
  const { among } = choice;
  return among === undefined ? all : all.filter((column) => among[column] !== 0);
}
