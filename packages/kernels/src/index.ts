export { cpuBackendName } from './backend-name.ts';
export { type BackendInfo, type CpuBackendOptions, heapBytes, useCpuBackend } from './cpu-backend.ts';
export { selectTopK } from './select-top-k.ts';
export { chooseEntries, sparse, type EntryChoice, type Support } from './sparse/index.ts';
