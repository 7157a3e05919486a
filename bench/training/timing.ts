/** Runs the work and returns its time in ms. */
export async function time(work: () => Promise<void> | void): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

export function round(value: number): number {
  return Number(value.toPrecision(4));
}
