import { cpuBackendName } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import type { Code, CodeOps, CodesOf, EncodeArgs, Selections } from './code.ts';
import { denseOps } from './dense-ops.ts';
import type { SparseCode } from './sparse-code.ts';
import { fastOps } from './sparse-ops.ts';
import { detached } from './with-gradient.ts';

/** Above it the dense products are the faster way: on the CPU an entry costs what about ten cost there. */
const DENSE_FROM = 0.1;
/** Rows of a batch that are looked at where a selection does not say how many entries it will choose. */
const PROBED_ROWS = 64;

/**
 * The ops to train with: on the CPU backend codes are sparse where few latents are on, else dense. What is chosen depends
 * on the step's own batch and parameters only, so that a resumed run chooses as an uninterrupted one.
 */
export const adaptiveOps: CodeOps = {
  encode(args) {
    const density = tf.getBackend() === cpuBackendName ? densityOf(args) : 1;
    return density > DENSE_FROM ? denseOps.encode(args) : fastOps.encode({ ...args, density });
  },
  decode: (code, ...rest) => opsOf(code).decode(code, ...rest),
  decodePrefixes: (code, ...rest) => opsOf(code).decodePrefixes(code, ...rest),
};

function opsOf({ layout }: Code): CodeOps {
  return layout === 'dense' ? denseOps : fastOps;
}

/** The largest share of entries that any selection will choose. */
function densityOf<S extends Selections>(args: EncodeArgs<S>): number {
  const all = Object.entries(args.select);
  const limited = all.map(([, selection]) =>
    // The few latents of a mask are another matter: the kernels make a product of them themselves.
    selection !== undefined && 'k' in selection && selection.among === undefined
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

function probedDensity(args: EncodeArgs<Selections>, select: Selections): number {
  const rows = Math.min(PROBED_ROWS, args.x.shape[0]);
  let most = 0;
  tf.tidy(() => {
    detached(() => {
      const x = tf.slice(args.x, [0, 0], [rows, args.x.shape[1]]);
      const codes: CodesOf<Selections> = fastOps.encode({ ...args, x, select });
      const counts = Object.values(codes).map((code) => (code as SparseCode).support.columnOf.size);
      most = Math.max(...counts);
      return tf.scalar(0);
    });
  });
  return most / (rows * args.W.shape[0]);
}
