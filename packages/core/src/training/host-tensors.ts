import type { SaeTensor } from '../sae/inference-sae.ts';
import type { Params } from '../variant/contract.ts';

/** Copies tensors out of the tensor library. */
export async function hostTensors(tensors: Params): Promise<Record<string, SaeTensor>> {
  const entries = Object.entries(tensors).map(async ([name, tensor]) => {
    const data = Float32Array.from((await tensor.data()) as Float32Array);
    return [name, { shape: tensor.shape, data }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
