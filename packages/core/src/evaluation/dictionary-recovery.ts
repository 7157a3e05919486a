import { bestMatches, type Directions } from './best-matches.ts';

/** A true direction counts as found above this similarity. */
const RECOVERED = 0.9;
/**
 * How well a dictionary recovers the true one. Takes, for each true direction, its largest cosine similarity with any row
 * of the decoder:
 *
 * - `mmcs` is their mean, the mean max cosine similarity
 * - `recovered` is the fraction above 0.9
 *
 * The order and the norms of the rows do not matter, and several true directions may match the same row. The sign does
 * matter: f ≥ 0, so a latent cannot represent the opposite of its row. A zero row has similarity 0 with everything. More
 * rows can only raise both figures, if only by chance, so compare dictionaries of equal width.
 *
 * Source: Sharkey, Braun and Millidge, "Taking features out of superposition with sparse autoencoders", 2022.
 *
 * @param truth [G, dIn]
 * @param decoder [F, dIn]
 * @param signal stops the comparison between two tiles
 * @throws {SaeLabError} `run.stopped`
 */
export async function dictionaryRecovery(
  truth: Directions,
  decoder: Directions,
  signal?: AbortSignal,
): Promise<{ mmcs: number; recovered: number }> {
  const { cosine } = await bestMatches(truth, decoder, signal);
  let sum = 0;
  let recovered = 0;
  for (const similarity of cosine) {
    sum += similarity;
    if (similarity > RECOVERED) recovered++;
  }
  return { mmcs: sum / cosine.length, recovered: recovered / cosine.length };
}
