import { SaeLabError } from '@sae-lab/errors';
import { floats, ints } from '../heap/allocation.ts';
import { type Kernel, type KernelReplacement, input, sizeOf } from './replacement.ts';

/**
 * Adds each slice of x to the result at its segment id. Slices with an id outside the result are dropped, as on tfjs's cpu
 * backend. It is the gradient of gather, which tfjs's wasm backend lacks.
 */
export const unsortedSegmentSumReplacement: KernelReplacement = {
  kernelName: 'UnsortedSegmentSum',
  build: () => unsortedSegmentSum,
  cases: [
    {
      inputs: {
        x: { values: [1, 2, 3, 4, 5, 6, 7, 8], shape: [4, 2] },
        segmentIds: { values: [2, 0, 2, -1], shape: [4], dtype: 'int32' },
      },
      attrs: { numSegments: 3 },
      expected: [3, 4, 0, 0, 6, 8],
    },
  ],
};

const unsortedSegmentSum: Kernel = (args) => {
  const { backend } = args;
  const x = input(args, 'x');
  const segmentIds = input(args, 'segmentIds');
  const segments = args.attrs['numSegments'] as number;
  if (x.dtype !== 'float32' && x.dtype !== 'int32') {
    throw new SaeLabError('kernels.dtype', {
      problem: 'unsortedSegmentSum cannot add values of this type',
      field: 'x',
      expected: 'float32 or int32',
      received: x.dtype,
      fix: "Cast it first: `x.cast('float32')`.",
    });
  }
  const sliceShape = x.shape.slice(segmentIds.shape.length);
  const slice = sizeOf(sliceShape);
  const out = backend.makeOutput([segments, ...sliceShape], x.dtype);
  const view = x.dtype === 'float32' ? floats : ints;
  const values = view(backend, x);
  const sums = view(backend, out).fill(0);
  ints(backend, segmentIds).forEach((segment, i) => {
    if (segment < 0 || segment >= segments) return;
    const to = segment * slice;
    const from = i * slice;
    for (let j = 0; j < slice; j++) sums[to + j] = (sums[to + j] as number) + (values[from + j] as number);
  });
  return out;
};
