/** Bytes of the heap that the CPU backend's tensors share: that of a 32-bit module. */
const HEAP = 2 ** 32;
const FLOAT = 4;
/** Activations, as they are and centred, and the error of their reconstruction. */
const BATCHES = 3;

interface Sizes {
  dIn: number;
  dSae: number;
  batchSize: number;
  gradientClip: number | null;
}

/** Encoder and decoder, each with two moments; to clip their gradients, these are there too. */
function matrices({ gradientClip }: Pick<Sizes, 'gradientClip'>): number {
  return 2 * (gradientClip === null ? 3 : 4);
}

/** The least memory that a step takes on the CPU backend, in bytes; codes come on top of it. */
export function trainingRoom({ dIn, dSae, batchSize, ...rest }: Sizes): number {
  return FLOAT * dIn * (matrices(rest) * dSae + BATCHES * batchSize);
}

/** Whether a step can fit in the CPU backend's heap, and the largest width that could, for the rest as it is. */
export function fitsTraining(sizes: Sizes): { fits: boolean; widest: number } {
  const { dIn, batchSize } = sizes;
  const widest = Math.max(0, Math.floor((HEAP / (FLOAT * dIn) - BATCHES * batchSize) / matrices(sizes)));
  return { fits: trainingRoom(sizes) <= HEAP, widest };
}
