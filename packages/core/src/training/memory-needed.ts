import { slabsOf } from '@sae-lab/kernels';

/** Bytes of the heap that the CPU backend's tensors share: that of a 32-bit module. */
const HEAP = 2 ** 32;
/** What a process takes before it trains: Node and its libraries. */
const PROCESS = 100 * 2 ** 20;
const FLOAT = 4;
/** Activations, as they are and centred, and the error of their reconstruction. */
const BATCHES = 3;
/** Vectors of a number for each latent in which each thread searches. */
const SEARCHES = 9;

export interface TrainingSizes {
  readonly dIn: number;
  readonly dSae: number;
  readonly batchSize: number;
  /** Of the process. */
  readonly threads: number;
  /** Matrices [B, dSae] that a step holds where many latents are on; 0 where codes are sparse. */
  readonly denseMatrices: number;
}

/** Bytes, none of them more than a run takes at least. */
export interface MemoryNeeded {
  /** On the heap of the CPU backend, which can have no more than 4 GiB. */
  readonly heap: number;
  /** Of the process: the heap, and copies of what is on it. */
  readonly process: number;
}

/** The least memory that a run takes on the CPU backend. */
export function memoryNeeded(sizes: TrainingSizes): MemoryNeeded {
  const { dIn, dSae, batchSize, denseMatrices } = sizes;
  // Encoder and decoder, each with two moments, and the biases of the latents likewise.
  const state = 3 * dSae * (2 * dIn + 1);
  // Those of sparse codes can stay unwritten.
  const gradients = denseMatrices === 0 ? 0 : dSae * (2 * dIn + 1);
  const heap = FLOAT * (state + gradients + BATCHES * batchSize * dIn + codeEntries(sizes));
  // A checkpoint is written, and an SAE saved, from copies outside the heap, as batches are read.
  return { heap, process: PROCESS + heap + FLOAT * (state + batchSize * dIn) };
}

function codeEntries({ dSae, batchSize, threads, denseMatrices }: TrainingSizes): number {
  if (denseMatrices > 0) return denseMatrices * batchSize * dSae;
  // Of a sparse code each thread has the pre-activations of a slab of rows.
  return threads * (slabsOf(batchSize, dSae).step + SEARCHES) * dSae;
}

/** Whether a run can fit into a heap and a process of so many bytes. */
export function fitsTraining(sizes: TrainingSizes, processBytes = Infinity): boolean {
  const needed = memoryNeeded(sizes);
  return needed.heap <= HEAP && needed.process <= processBytes;
}

/** The largest value of one of the sizes with which a run can fit, the others as they are; 0 where none does. */
export function largestFitting(
  size: 'dSae' | 'batchSize',
  sizes: TrainingSizes,
  processBytes = Infinity,
): number {
  let [fitting, beyond] = [0, sizes[size]];
  while (beyond - fitting > 1) {
    const middle = Math.floor((fitting + beyond) / 2);
    if (fitsTraining({ ...sizes, [size]: middle }, processBytes)) fitting = middle;
    else beyond = middle;
  }
  return fitting;
}
