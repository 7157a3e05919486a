import { useCpuBackend } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { select } from '../codes/selection.ts';
import { denseOps } from '../codes/dense-ops.ts';
import { seeded } from '../random/seeded.ts';
import { plainVariant } from '../testing/plain-variant.ts';
import { drawDistinct, resampleDead, type ResampleArgs } from './resample.ts';

const [D_IN, D_SAE] = [3, 5];

/** Inputs with the given squared norms, along one axis after another. */
function inputs(...squaredNorms: number[]): tf.Tensor2D {
  const rows = squaredNorms.map((square, row) =>
    Array.from({ length: D_IN }, (_, j) => (j === row % D_IN ? Math.sqrt(square) : 0)),
  );
  return tf.tensor2d(rows, [rows.length, D_IN]);
}

/** Latent i has an encoder row of norm i + 1 and a decoder row of norm (i + 1)/100. None fires, so x̂ = 0. */
function args(given: Partial<ResampleArgs> & { decoderNorm?: 'unit' | 'free' } = {}): ResampleArgs {
  const { decoderNorm = 'free', ...others } = given;
  const norms = tf.range(1, D_SAE + 1).expandDims<tf.Tensor2D>(1);
  const W_enc = tf.mul(norms, tf.tensor2d([[0, 0, 1]]));
  const params = {
    W_enc,
    b_enc: tf.fill<tf.Rank.R1>([D_SAE], -1e3),
    W_dec: tf.mul(W_enc, 0.01),
    b_dec: tf.zeros<tf.Rank.R1>([D_IN]),
  };
  const ones = () =>
    Object.fromEntries(Object.entries(params).map(([name, value]) => [name, tf.onesLike(value)]));
  // Row i of the second moments is filled with i². The mean over the alive rows is (0 + 4 + 16) / 3.
  const squares = tf.square(tf.range(0, D_SAE));
  const second = () => ({
    ...ones(),
    W_enc: tf.mul(tf.onesLike(W_enc), squares.expandDims(1)),
    W_dec: tf.mul(tf.onesLike(W_enc), squares.expandDims(1)),
    b_enc: tf.clone(squares),
  });
  return {
    variant: plainVariant,
    hyper: { l1: 1, decoderNorm },
    ops: denseOps,
    totalSteps: 8,
    current: { step: 1, params, moments: { m: ones(), v: second() }, state: {} },
    dead: [1, 3],
    x: inputs(1, 1, 1),
    rows: undefined,
    random: seeded(0, 'resample', 1),
    ...others,
  };
}

const rowsOf = (tensor: tf.Tensor | undefined) => tensor!.arraySync() as number[][];
const norm = (row: number[]) => Math.hypot(...row);
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

/** Σ (observed − expected)² / expected. */
function chiSquare(observed: number[], probabilities: number[]): number {
  const draws = sum(observed);
  return sum(
    observed.map((count, i) => (count - draws * probabilities[i]!) ** 2 / (draws * probabilities[i]!)),
  );
}

describe.each(['sae-cpu', 'cpu'])('resampleDead on the backend %s', (backend) => {
  beforeAll(async () => {
    await useCpuBackend({ threads: 1 });
    await tf.setBackend(backend);
  });

  it('gives dead latents the direction of an input, norms relative to the alive ones, and zero biases', async () => {
    const given = args();
    const { latents, params } = (await resampleDead(given))!;
    expect(latents).toEqual([1, 3]);
    // Latents 0, 2 and 4 are alive. Their rows have mean norms 3 and 0.03.
    for (const latent of latents) {
      const [encoder, decoder] = [rowsOf(params['W_enc'])[latent]!, rowsOf(params['W_dec'])[latent]!];
      expect(norm(encoder)).toBeCloseTo(0.2 * 3, 5);
      expect(norm(decoder)).toBeCloseTo(0.03, 6);
      expect(Math.max(...decoder)).toBeCloseTo(0.03, 6);
      decoder.forEach((value, j) => expect(value / 0.03).toBeCloseTo(encoder[j]! / 0.6, 5));
    }
    expect(rowsOf(params['W_dec'])[1]).not.toEqual(rowsOf(params['W_dec'])[3]);
    expect(params['b_enc']!.arraySync()).toEqual([-1e3, 0, -1e3, 0, -1e3]);
  });

  it('changes the reconstruction by at most a tenth of its error', async () => {
    const x = tf.randomNormal<tf.Rank.R2>([64, D_IN], 0, 1, 'float32', 1);
    const given = args({ dead: [1, 3, 4], x, decoderNorm: 'unit' });
    const { params } = (await resampleDead(given))!;
    const { code } = denseOps.encode({
      x,
      W: params['W_enc'] as tf.Tensor2D,
      bias: params['b_enc'] as tf.Tensor1D,
      select: { code: select.positive() },
    });
    // Without the fresh latents x̂ is 0, so x is the error.
    const changed = denseOps.decode(code, params['W_dec'] as tf.Tensor2D);
    const part = tf.norm(changed).dataSync()[0]! / tf.norm(x).dataSync()[0]!;
    expect(part).toBeCloseTo(0.1, 5);
    const norms = [1, 3, 4].map((latent) => norm(rowsOf(params['W_enc'])[latent]!));
    expect(Math.max(...norms)).toBeLessThan(0.2 * 2);
    expect(Math.max(...norms) - Math.min(...norms)).toBeLessThan(1e-6);
  });

  it('gives a unit decoder rows of norm 1', async () => {
    const { params } = (await resampleDead(args({ decoderNorm: 'unit' })))!;
    rowsOf(params['W_dec']).forEach((row, i) =>
      expect(norm(row)).toBeCloseTo([0.01, 1, 0.03, 1, 0.05][i]!, 6),
    );
  });

  it('resets dead latents to a zero first and the mean second moment, and keeps the rest bit for bit', async () => {
    const given = args();
    const { params, moments } = (await resampleDead(given))!;
    for (const [name, before] of Object.entries(given.current.params)) {
      for (const [changed, original] of [
        [params, before],
        [moments.m, given.current.moments.m[name]],
        [moments.v, given.current.moments.v[name]],
      ] as const) {
        const now = changed[name]!.arraySync() as number[];
        const was = original!.arraySync() as number[];
        for (const latent of name === 'b_dec' ? [0, 1, 2] : [0, 2, 4])
          expect(now[latent]).toEqual(was[latent]);
      }
      if (name === 'b_dec') continue;
      const entries = (moment: tf.Tensor): number[] =>
        [1, 3].flatMap((latent) => (moment.arraySync() as number[])[latent]!);
      expect(new Set(entries(moments.m[name]!))).toEqual(new Set([0]));
      for (const value of entries(moments.v[name]!)) expect(value).toBeCloseTo(20 / 3, 5);
    }
  });

  it('averages over all latents if all are dead', async () => {
    const { latents, params } = (await resampleDead(
      args({ dead: [0, 1, 2, 3, 4], x: inputs(1, 1, 1, 1, 1) }),
    ))!;
    expect(latents).toEqual([0, 1, 2, 3, 4]);
    for (const row of rowsOf(params['W_enc'])) expect(norm(row)).toBeCloseTo(0.2 * 3, 5);
    for (const row of rowsOf(params['W_dec'])) expect(norm(row)).toBeCloseTo(0.03, 6);
  });

  it('never draws a zero row, even if its loss is the largest', async () => {
    const given = args({ dead: [0, 1, 2], x: inputs(0, 1, 0, 0, 1) });
    given.current.params['b_dec'] = tf.tensor1d([7, 7, 7]);
    const { latents, params } = (await resampleDead(given))!;
    expect(latents).toEqual([0, 1]);
    for (const latent of latents) expect(rowsOf(params['W_dec'])[latent]![1]).toBeGreaterThan(0.01);
  });

  it('resamples as many latents as there are inputs, lowest indices first', async () => {
    const given = args({ dead: [0, 2, 3, 4], x: inputs(1, 2) });
    const { latents, params } = (await resampleDead(given))!;
    expect(latents).toEqual([0, 2]);
    // Only latent 1 is alive, so the mean is over latent 1 alone. The latents left over stay dead.
    expect(norm(rowsOf(params['W_enc'])[0]!)).toBeCloseTo(0.2 * 2, 5);
    for (const latent of [1, 3, 4]) {
      expect(rowsOf(params['W_enc'])[latent]).toEqual(rowsOf(given.current.params['W_enc'])[latent]);
    }
  });

  it('draws only from the first rows if their number is given', async () => {
    const given = args({ dead: [0, 1, 2], x: inputs(1, 1e6, 1e6, 1e6), rows: 1 });
    const { latents, params } = (await resampleDead(given))!;
    expect(latents).toEqual([0]);
    expect(rowsOf(params['W_dec'])[0]![0]).toBeGreaterThan(0.01);
    expect((await resampleDead(args({ rows: 100 })))!.latents).toEqual([1, 3]);
  });

  it('changes nothing if no latent is dead, the reconstruction is perfect, or the losses are not finite', async () => {
    expect(await resampleDead(args({ dead: [] }))).toBeUndefined();
    expect(await resampleDead(args({ x: inputs(0, 0, 0) }))).toBeUndefined();
    const perfect = args({ x: inputs(4) });
    perfect.current.params['b_dec'] = tf.tensor1d([2, 0, 0]);
    expect(await resampleDead(perfect)).toBeUndefined();
    const broken = args();
    broken.current.params['b_dec'] = tf.tensor1d([NaN, 0, 0]);
    expect(await resampleDead(broken)).toBeUndefined();
  });

  it('leaves only the tensors it returns', async () => {
    const given = args();
    const { numTensors } = tf.memory();
    const again = (await resampleDead(given))!;
    tf.dispose([again.params, again.moments]);
    expect(await resampleDead({ ...given, x: inputs(0, 0, 0) })).toBeUndefined();
    expect(tf.memory().numTensors).toBe(numTensors + 1);
    tf.dispose([given.current.params, given.current.moments]);
  });
});

describe('the draw', () => {
  beforeAll(() => useCpuBackend({ threads: 1 }).then(() => tf.setBackend('cpu')));

  it('picks each input with probability proportional to its squared loss', async () => {
    // The losses are the squared norms: 1, 2 and 3.
    const given = args({ dead: [0], x: inputs(1, 2, 3), decoderNorm: 'unit' });
    const drawn = [0, 0, 0];
    for (let draw = 0; draw < 3000; draw++) {
      const { params, moments } = (await resampleDead({ ...given, random: seeded(draw, 'resample', 1) }))!;
      const direction = params['W_dec']!.dataSync().slice(0, D_IN);
      drawn[direction.findIndex((value) => value > 0.9)]!++;
      tf.dispose([params, moments]);
    }
    // Two degrees of freedom: beyond 13.8 once in a thousand.
    expect(chiSquare(drawn, [1 / 14, 4 / 14, 9 / 14])).toBeLessThan(13.8);
    expect(chiSquare(drawn, [1 / 6, 2 / 6, 3 / 6])).toBeGreaterThan(100);
  });

  it('picks without replacement, in proportion to the remaining weights', () => {
    const weights = [1, 4, 0, 9, Number.NaN, Infinity];
    const pairs = [
      [0, 1],
      [0, 3],
      [1, 0],
      [1, 3],
      [3, 0],
      [3, 1],
    ];
    const probabilities = pairs.map(
      ([first, second]) => (weights[first!]! / 14) * (weights[second!]! / (14 - weights[first!]!)),
    );
    const random = seeded(0, 'draws');
    const counts = new Map(pairs.map((pair) => [pair.join(), 0]));
    for (let draw = 0; draw < 20_000; draw++) {
      const pair = drawDistinct(weights, 2, random).join();
      counts.set(pair, counts.get(pair)! + 1);
    }
    // Five degrees of freedom: beyond 20.5 once in a thousand.
    expect(chiSquare([...counts.values()], probabilities)).toBeLessThan(20.5);
    expect(drawDistinct(weights, 100, random).toSorted((a, b) => a - b)).toEqual([0, 1, 3]);
  });
});
