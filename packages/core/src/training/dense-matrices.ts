import * as tf from '@tensorflow/tfjs';
import type { Code, CodeOps } from '../codes/code.ts';
import { denseOps } from '../codes/dense-ops.ts';
import { seeded } from '../random/seeded.ts';
import type { Context, Hyper, Variant } from '../variant/contract.ts';
import { lossGradients, type LossGradients } from './loss-gradients.ts';

/** Sizes at which a variant is tried. Two batch sizes show how memory grows with the batch. */
const PROBE = { rows: [32, 64], dIn: 4, dSae: 256 } as const;
/** Above this fraction of active latents, codes are dense. */
const DENSE_FROM = 0.1;
/** The CPU backend computes more in place than tfjs's plain one; at least this fraction of the memory remains. */
const LEFT = 0.5;
/** Every variant holds pre-activations, a code and its gradient. */
const LEAST = 3;

/**
 * A lower bound on the number of [B, dSae] matrices that a variant's training step holds at once at the start of a run.
 * Codes are dense if many latents are active, as after an initialisation that activates half of them. Runs the variant on
 * a few rows and latents, on tfjs's plain backend.
 *
 * @returns 0 if codes are sparse, or if the variant throws
 */
export async function denseMatrices(variant: Variant, hyper: Hyper, dSae: number): Promise<number> {
  const { env } = tf;
  const quiet = env().getBool('PROD');
  // Outside production mode the plain backend prints a recommendation to use another one.
  env().set('PROD', true);
  tf.engine().startScope();
  try {
    if ((await densityOf(variant, hyper, dSae)) <= DENSE_FROM) return 0;
    const [few, many] = [
      await peakBytes(variant, hyper, PROBE.rows[0]),
      await peakBytes(variant, hyper, PROBE.rows[1]),
    ];
    const matrices = (many - few) / ((PROBE.rows[1] - PROBE.rows[0]) * PROBE.dSae * 4);
    return Math.max(LEAST, LEFT * matrices);
  } catch {
    // Training reports what is wrong with the variant.
    return 0;
  } finally {
    tf.engine().endScope();
    env().set('PROD', quiet);
  }
}

/** The largest fraction of entries that any selection keeps at the start of a run. */
async function densityOf(variant: Variant, hyper: Hyper, dSae: number): Promise<number> {
  const shares: Promise<number>[] = [];
  const ops: CodeOps = {
    ...denseOps,
    encode(args) {
      const codes = denseOps.encode(args);
      for (const [name, selection] of Object.entries(args.select)) {
        // A masked selection keeps few latents.
        if (selection === undefined || selection.mask !== undefined) continue;
        shares.push('k' in selection ? Promise.resolve(selection.k / dSae) : shareOn(codes[name]!));
      }
      return codes;
    },
  };
  const { x, params, context } = beginning(variant, hyper, PROBE.rows[0]);
  variant.encode(params, x, hyper, { ...context, ops });
  return Math.max(0, ...(await Promise.all(shares)));
}

async function shareOn(code: Code): Promise<number> {
  const [rows, latents] = code.shape;
  return (await code.countNonZero().data())[0]! / (rows * latents);
}

async function peakBytes(variant: Variant, hyper: Hyper, rows: number): Promise<number> {
  const { x, params, context } = beginning(variant, hyper, rows);
  const before = tf.memory().numBytes;
  const step = { variant, hyper, params, x, context, sparsityFactor: 1, measure: false };
  let pass: LossGradients | undefined;
  const profile = await tf.profile(() => (pass = lossGradients(step)).loss);
  // tf.keep protects these from the end of the scope.
  tf.dispose([pass!.fired, pass!.scalars]);
  if (pass!.isNewState) tf.dispose(pass!.state);
  return profile.peakBytes - before;
}

function beginning(variant: Variant, hyper: Hyper, rows: number) {
  const { dIn, dSae } = PROBE;
  const random = seeded(0, 'probe');
  const data = Float32Array.from({ length: rows * dIn }, () => random.normal());
  const { params, state = {} } = variant.init({
    dIn,
    dSae,
    hyper,
    sample: { shape: [rows, dIn], data },
    random,
  });
  const dead = { count: 0, mask: tf.zeros<tf.Rank.R1>([dSae]) };
  const context: Context = { ops: denseOps, mode: 'train', step: 0, totalSteps: 1, state, dead };
  return { x: tf.tensor2d(data, [rows, dIn]), params, context };
}
