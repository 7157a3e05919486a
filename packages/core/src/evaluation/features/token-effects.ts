import { stopIfAsked } from '../../stop.ts';
import type { Unembedding } from '../../activations/extraction/model/unembedding.ts';
import type { TokenWeight } from '../latent-features.ts';
import { significant } from './significant.ts';

interface TokenEffects {
  readonly raised: readonly TokenWeight[];
  readonly lowered: readonly TokenWeight[];
}

const NONE: TokenEffects = { raised: [], lowered: [] };
/** Maximum number of logits that are computed at once: 64 MB. */
const LOGITS = 2 ** 24;

/** Which tokens directions in the residual stream raise and lower. */
export interface TokenEffectsOf {
  /**
   * @param directions [rows, width], of any norm
   * @returns for each direction, the strongest effect first; none for a zero direction
   * @throws {SaeLabError} `run.stopped`
   */
  of(directions: Float32Array, signal: AbortSignal | undefined): Promise<TokenEffects[]>;
}

/**
 * The effect of a direction on a token is its logit if the direction were all of the residual stream after the last layer,
 * with a mean square of 1, minus its logit for a stream of zeros, which a norm with a bias does not map to 0. So it follows
 * the direct path: what later layers make of the direction is left out. A final norm scales all logits of a stream alike
 * and a soft cap is monotone, so neither changes which tokens are raised most.
 *
 * Source: nostalgebraist, "interpreting GPT: the logit lens", 2020.
 *
 * @param count tokens of each kind
 * @param tokenText undefined for ids without a token, which models with a padded vocabulary have
 */
export async function tokenEffects(
  unembedding: Unembedding,
  count: number,
  tokenText: (id: number) => string | undefined,
): Promise<TokenEffectsOf> {
  const { width } = unembedding;
  const { logits: empty, vocabulary } = await unembedding.run(new Float32Array(width), 1);
  const origin = empty.slice();
  const known = Int32Array.from({ length: vocabulary }, (_, id) => id).filter(
    (id) => tokenText(id) !== undefined,
  );
  const tokens = (weights: Float32Array, sign: 1 | -1): TokenWeight[] =>
    strongest(weights, known, count, sign).map((id) => ({
      token: tokenText(id)!,
      tokenId: id,
      weight: significant(weights[id]!),
    }));
  return {
    async of(directions, signal) {
      const rows = directions.length / width;
      const step = Math.max(1, Math.floor(LOGITS / vocabulary));
      const effects: TokenEffects[] = [];
      for (let start = 0; start < rows; start += step) {
        await stopIfAsked(signal);
        const end = Math.min(rows, start + step);
        const { streams, isZero } = withMeanSquareOne(directions.subarray(start * width, end * width), width);
        const { logits } = await unembedding.run(streams, streams.length / width);
        for (let i = 0; i < end - start; i++) {
          const weights = logits.subarray(i * vocabulary, (i + 1) * vocabulary);
          for (let id = 0; id < vocabulary; id++) weights[id]! -= origin[id]!;
          effects.push(isZero[i]! ? NONE : { raised: tokens(weights, 1), lowered: tokens(weights, -1) });
        }
      }
      return effects;
    },
  };
}

/** Ids with the largest `sign · weight`, the largest first. Equal ones: the lowest id first. */
function strongest(weights: Float32Array, ids: Int32Array, count: number, sign: 1 | -1): number[] {
  const found: number[] = [];
  let bar = -Infinity;
  // By index: `for … of` takes several times as long on this many ids.
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    const weight = sign * weights[id]!;
    if (!(weight > bar)) continue;
    const place = found.findIndex((other) => sign * weights[other]! < weight);
    found.splice(place < 0 ? found.length : place, 0, id);
    if (found.length > count) found.pop();
    if (found.length === count) bar = sign * weights[found.at(-1)!]!;
  }
  return found;
}

function withMeanSquareOne(rows: Float32Array, width: number): { streams: Float32Array; isZero: boolean[] } {
  // A product of one row may add in another order, and the logits must not depend on how the rows are divided.
  const streams = new Float32Array(Math.max(rows.length, 2 * width));
  const isZero: boolean[] = [];
  for (let start = 0; start < rows.length; start += width) {
    let squares = 0;
    for (let d = start; d < start + width; d++) squares += rows[d]! ** 2;
    const scale = squares > 0 ? Math.sqrt(width / squares) : 0;
    for (let d = start; d < start + width; d++) streams[d] = rows[d]! * scale;
    isZero.push(squares === 0);
  }
  return { streams, isZero };
}
