import type { FileTensor } from '../files/safetensors.ts';

/** The logged points of a run, by name. Steps are ascending. */
export type Curves = Record<string, { steps: number[]; values: number[] }>;

const PREFIX = 'curve.';

/** Whether a tensor in a file is a curve. A curve is stored as its steps and values, [2, points]. */
export function isCurve(name: string, { dtype, shape }: FileTensor): boolean {
  return name.startsWith(PREFIX) && dtype === 'F64' && shape.length === 2 && shape[0] === 2;
}

export function curveTensors(curves: Curves): Record<string, FileTensor> {
  return Object.fromEntries(
    Object.entries(curves).map(([name, { steps, values }]) => [
      `${PREFIX}${name}`,
      { dtype: 'F64', shape: [2, steps.length], data: Float64Array.from([...steps, ...values]) },
    ]),
  );
}

/** The curves among a file's tensors. */
export function curvesIn(tensors: Record<string, FileTensor>): Curves {
  return Object.fromEntries(
    Object.entries(tensors)
      .filter(([name, tensor]) => isCurve(name, tensor))
      .map(([name, { data, shape }]) => {
        const points = shape[1] as number;
        return [
          name.slice(PREFIX.length),
          { steps: [...data.subarray(0, points)], values: [...data.subarray(points)] },
        ];
      }),
  );
}
