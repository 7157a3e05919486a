/** Writing files, for other packages. */
export { asWriteError, makeFolder, writeAtomic } from './write-atomic.ts';
export { writeSafetensors, type FileTensor } from './safetensors.ts';
