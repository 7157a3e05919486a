export { referenceKernels } from './reference-kernels.ts';
export { gatherRows, sumRows } from './reference.ts';
export { slabsOf } from './selection/select-in-slabs.ts';
export type { SparseKernels } from './sparse-kernels.ts';
export { sparseKernels } from './start-kernels.ts';
export { arraysOf, tensorsOf, withTensors, type EntryChoice, type Support } from './support.ts';
