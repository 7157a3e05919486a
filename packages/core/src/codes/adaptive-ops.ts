import { CPU_BACKEND } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import type { Code, CodeOps, EncodeArgs } from './code.ts';
import { denseOps } from './dense-ops.ts';
import type { Selection, Selections } from './selection.ts';
import type { SparseCode } from './sparse-code.ts';
import { sparseOps } from './sparse-ops.ts';
import { detached } from './with-gradient.ts';

/** Share of latents on above which dense products are faster: a sparse entry costs about ten dense ones on the CPU. */
const DENSE_FROM = 0.1;
/** Size of the sample that estimates the density of a selection without a limit: the first rows, evenly spaced latents. */
const PROBED = { rows: 256, latents: 256 };

/**
 * The ops that training uses. On the CPU backend codes are sparse when few latents are on, and dense otherwise. The choice
 * depends only on the step's batch and parameters, so a resumed run chooses as an uninterrupted one does.
 */
export const adaptiveOps: CodeOps = {
  encode(args) {
    const density = tf.getBackend() === CPU_BACKEND ? densityOf(args) : 1;
    return density > DENSE_FROM ? denseOps.encode(args) : sparseOps.encode(args, density);
  },
  decode: (code, ...rest) => opsOf(code).decode(code, ...rest),
  sumSquaredError: (x, code, ...rest) => opsOf(code).sumSquaredError(x, code, ...rest),
};

function opsOf({ layout }: Code): CodeOps {
  return layout === 'dense' ? denseOps : sparseOps;
}

/** The largest share of entries that any of the selections keeps. */
function densityOf<S extends Selections>(args: EncodeArgs<S>): number {
  const all = Object.entries(args.select);
  const limited = all.map(([, selection]) =>
    // A masked selection has few candidates, and the sparse kernels compute a product of those alone.
    selection !== undefined && 'k' in selection && selection.mask === undefined
      ? selection.k / args.W.shape[0]
      : 0,
  );
  const open = all.filter(
    ([, selection]) => selection?.kind === 'positive' || selection?.kind === 'threshold',
  );
  const most = Math.max(0, ...limited);
  if (most > DENSE_FROM || open.length === 0) return most;
  return Math.max(most, probedDensity(args, Object.fromEntries(open)));
}

function probedDensity({ x, W, bias, center }: EncodeArgs<Selections>, select: Selections): number {
  const rows = Math.min(PROBED.rows, x.shape[0]);
  const stride = Math.max(1, Math.floor(W.shape[0] / PROBED.latents));
  return tf.tidy(() => {
    let most = 0;
    detached(() => {
      const sample: EncodeArgs<Selections> = {
        x: tf.slice(x, [0, 0], [rows, x.shape[1]]),
        W: everyNth(W, stride),
        ...(bias && { bias: everyNth(bias, stride) }),
        ...(center && { center }),
        select: Object.fromEntries(
          Object.entries(select).map(([name, selection]) => [name, ofEveryNth(selection!, stride)]),
        ),
      };
      for (const code of Object.values(sparseOps.encode(sample))) {
        const [b, latents] = code.shape;
        most = Math.max(most, (code as SparseCode).support.columnOf.size / (b * latents));
      }
      return tf.scalar(0);
    });
    return most;
  });
}

function ofEveryNth(selection: Selection, stride: number): Selection {
  const mask = selection.mask && { mask: everyNth(selection.mask, stride) };
  const theta = selection.kind === 'threshold' && { theta: everyNth(selection.theta, stride) };
  return { ...selection, ...mask, ...theta };
}

/** Rows 0, n, 2n, … */
function everyNth<T extends tf.Tensor>(rows: T, n: number): T {
  return n === 1 ? rows : tf.gather(rows, tf.range(0, rows.shape[0], n, 'int32'));
}
