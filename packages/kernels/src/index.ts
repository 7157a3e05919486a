export { cpuBackendName } from './backend-name.ts';
export { type BackendInfo, type CpuBackendOptions, heapBytes, useCpuBackend } from './cpu-backend.ts';
export { densePasses } from './dense/start.ts';
export { selectTopK } from './select-top-k.ts';
export {
  referenceKernels,
  sparse,
  sparseKernels,
  type EntryChoice,
  type SparseKernels,
  type SparseTensor,
  type Support,
} from './sparse/index.ts';
