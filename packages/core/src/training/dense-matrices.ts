import * as tf from '@tensorflow/tfjs';
import type { Code, CodeOps } from '../codes/code.ts';
import { denseOps } from '../codes/dense-ops.ts';
import { seeded } from '../random/seeded.ts';
import type { Context, Hyper, Variant } from '../variant/contract.ts';
import { lossGradients, type LossGradients } from './loss-gradients.ts';

/** Sizes at which a variant is tried; the second number of rows shows what grows with the batch. */
const PROBE = { rows: [32, 64], dIn: 4, dSae: 256 } as const;
/** Above this share of latents on, codes are dense. */
const DENSE_FROM = 0.1;
/** The CPU backend computes more in place than tfjs's plain one, but not less than so much is left. */
const LEFT = 0.5;
/** Pre-activations, a code, and its gradient: what every variant has. */
const LEAST = 3;

/**
 * How many [B, dSae] matrices a training step of a variant holds at once when a run begins, at least. There are some
 * where many latents are on, as half of them are after an initialisation where nothing limits it. Tries the variant on
 * a few rows and latents, on tfjs's plain backend.
 *
 * @returns 0 where codes are sparse, or where the variant fails
 */
export async function denseMatrices(variant: Variant, hyper: Hyper, dSae: number): Promise<number> {
  const { env } = tf;
  const quiet = env().getBool('PROD');
  // The plain backend advises another one, unless it is in production.
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
    // What is wrong with a variant is said when it is trained.
    return 0;
  } finally {
    tf.engine().endScope();
    env().set('PROD', quiet);
  }
}

/** The largest share of entries that any selection takes when a run begins. */
async function densityOf(variant: Variant, hyper: Hyper, dSae: number): Promise<number> {
  const shares: Promise<number>[] = [];
  const ops: CodeOps = {
    ...denseOps,
    encode(args) {
      const codes = denseOps.encode(args);
      for (const [name, selection] of Object.entries(args.select)) {
        // Of a mask a few latents are left.
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
  const step = { variant, hyper, params, x, context, sparsityFactor: 1, withMetrics: false };
  let pass: LossGradients | undefined;
  const { peakBytes } = await tf.profile(() => (pass = lossGradients(step)).loss);
  // Kept beyond the end of any scope.
  tf.dispose([pass!.fired, pass!.metrics]);
  if (pass!.isNewState) tf.dispose(pass!.state);
  return peakBytes - before;
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
