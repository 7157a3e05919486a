export { CPU_BACKEND } from './backend-name.ts';
export { heapBytes, useCpuBackend } from './cpu-backend.ts';
export { densePasses } from './dense/start-passes.ts';
export { DEVICES, type ChosenDevice, type Device, parseDevice, unavailable } from './device/device.ts';
export { throwDeviceFault } from './device/device-fault.ts';
export { type DeviceInfo, useDevice } from './device/use-device.ts';
export { optimizer } from './optimizer/start-optimizer.ts';
export { selectTopK } from './replacements/select-top-k.ts';
export {
  arraysOf,
  gatherRows,
  referenceKernels,
  slabsOf,
  sparseKernels,
  sumRows,
  tensorsOf,
  withTensors,
  type EntryChoice,
  type SparseKernels,
  type Support,
} from './sparse/index.ts';
