import { slabsOf } from '@sae-lab/kernels';

/** Bytes of the heap that all tensors of the CPU backend share: the address space of a 32-bit module. */
const HEAP = 2 ** 32;
/** Bytes of a process before it trains: Node and its libraries. */
const PROCESS = 100 * 2 ** 20;
const FLOAT = 4;
/** [B, dIn] matrices: the activations, the centred activations and the reconstruction error. */
const BATCHES = 3;
/** Vectors [dSae] that each thread searches for the largest pre-activations. */
const SEARCHES = 9;

export interface TrainingSizes {
  readonly dIn: number;
  readonly dSae: number;
  readonly batchSize: number;
  /** Threads of the process. */
  readonly threads: number;
  /** Number of [B, dSae] matrices that a step holds at once; 0 if codes are sparse. */
  readonly denseMatrices: number;
}

/** Lower bounds in bytes. */
export interface MemoryNeeded {
  /** On the heap of the CPU backend, which is limited to 4 GiB. */
  readonly heap: number;
  /** In the whole process: the heap, and copies of its content. */
  readonly process: number;
}

/** The minimum memory of a run on the CPU backend. */
export function memoryNeeded(sizes: TrainingSizes): MemoryNeeded {
  const { dIn, dSae, batchSize, denseMatrices } = sizes;
  // Encoder, decoder and latent biases, each with two moments.
  const state = 3 * dSae * (2 * dIn + 1);
  // Gradients of sparse codes are never materialised.
  const gradients = denseMatrices === 0 ? 0 : dSae * (2 * dIn + 1);
  const heap = FLOAT * (state + gradients + BATCHES * batchSize * dIn + codeEntries(sizes));
  // Checkpoints, saved SAEs and batches are copies outside the heap.
  return { heap, process: PROCESS + heap + FLOAT * (state + batchSize * dIn) };
}

function codeEntries({ dSae, batchSize, threads, denseMatrices }: TrainingSizes): number {
  if (denseMatrices > 0) return denseMatrices * batchSize * dSae;
  // With sparse codes each thread holds the pre-activations of a slab of rows.
  return threads * (slabsOf(batchSize, dSae).step + SEARCHES) * dSae;
}

/** Whether a run can fit the backend's heap and a process of `processBytes`. */
export function fitsTraining(sizes: TrainingSizes, processBytes = Infinity): boolean {
  const needed = memoryNeeded(sizes);
  return needed.heap <= HEAP && needed.process <= processBytes;
}

/** The largest value of one size with which a run can fit, given the others; 0 if none does. */
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
