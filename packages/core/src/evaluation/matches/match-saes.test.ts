import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useCpuBackend } from '@sae-lab/kernels';
import { MATCH_FIGURES } from '@sae-lab/measures';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { synthesizeActivations, type ActivationStore } from '../../activations/index.ts';
import { seeded, shuffle } from '../../random/seeded.ts';
import type { InferenceSae } from '../../sae/inference-sae.ts';
import { randomSubjects } from '../../testing/evaluations/index.ts';
import { matchSettings } from './contract.ts';
import { matchSaes } from './match-saes.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'sae-lab-matches-'));
const settings = matchSettings.parse({ maxTokens: 400 });
const DIN = 16;
let store: ActivationStore;

beforeAll(async () => {
  await useCpuBackend({ threads: 1 });
  store = await synthesizeActivations(
    { kind: 'synthetic', features: 40, dIn: DIN, active: 3, rows: 1500 },
    dataDir,
  );
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const match = (a: InferenceSae, b: InferenceSae, signal?: AbortSignal) =>
  matchSaes(a, b, { activations: { store, holdout: 0.5 }, signal }, settings);

const [, topk, jumprelu] = randomSubjects(DIN).map(({ sae }) => sae) as [
  InferenceSae,
  InferenceSae,
  InferenceSae,
];

/** The same SAE with its latents in another order and decoder rows of other norms. */
function reordered(sae: InferenceSae, order: readonly number[]): InferenceSae {
  const { dIn, dSae, tensors } = sae;
  const { W_enc, W_dec, b_enc } = tensors as Record<
    'W_enc' | 'W_dec' | 'b_enc',
    { data: Float32Array; shape: number[] }
  >;
  const at = (i: number): number => order[i]!;
  return {
    ...sae,
    tensors: {
      ...tensors,
      W_enc: { ...W_enc, data: W_enc.data.map((_, i) => W_enc.data[i - (i % dSae) + at(i % dSae)]!) },
      W_dec: {
        ...W_dec,
        data: W_dec.data.map(
          (_, i) => (1 + (i - (i % dIn)) / dIn) * W_dec.data[at(Math.floor(i / dIn)) * dIn + (i % dIn)]!,
        ),
      },
      b_enc: { ...b_enc, data: b_enc.data.map((_, i) => b_enc.data[at(i)]!) },
    },
  };
}

it('matches a reordered and rescaled copy with itself, and sees it fire on the same tokens', async () => {
  const order = shuffle(
    Array.from({ length: topk.dSae }, (_, i) => i),
    seeded(3, 'order'),
  );
  const { a, b, figures, tokens, documents } = await match(topk, reordered(topk, order));
  expect(figures['match_one_to_one']).toBeCloseTo(1, 5);
  expect(figures['match_best_09']).toBe(1);
  expect(figures['match_one_to_one_09']).toBe(1);
  expect([tokens, documents > 1]).toEqual([400, true]);
  const live = order.flatMap((latent, place) => (b.best[place]! < 0 ? [] : [[place, latent] as const]));
  expect(live.length).toBeGreaterThan(topk.dSae / 2);
  for (const [place, latent] of live) {
    expect([b.best[place], b.partner[place], a.partner[latent]]).toEqual([latent, latent, place]);
    expect(b.together[place]).toBe(1);
    expect(a.density[latent]).toBe(b.density[place]);
  }
});

it('leaves out silent latents, and counts them', async () => {
  const { b_enc, W_dec } = topk.tensors as Record<'b_enc' | 'W_dec', { data: Float32Array; shape: number[] }>;
  const before = await match(topk, jumprelu);
  const firing = [...before.a.best].flatMap((best, latent) => (best < 0 ? [] : [latent]));
  const [quiet, zero] = [firing[0]!, firing[1]!];
  const muted: InferenceSae = {
    ...topk,
    tensors: {
      ...topk.tensors,
      b_enc: { ...b_enc, data: b_enc.data.map((value, i) => (i === quiet ? -1000 : value)) },
      W_dec: {
        ...W_dec,
        data: W_dec.data.map((value, i) => (Math.floor(i / DIN) === zero ? 0 : value)),
      },
    },
  };
  const { a, b, figures } = await match(muted, jumprelu);
  for (const latent of [quiet, zero]) {
    expect([a.best[latent], a.partner[latent], a.cosine[latent], a.together[latent]]).toEqual([
      -1,
      -1,
      NaN,
      NaN,
    ]);
    expect([...b.best, ...b.partner]).not.toContain(latent);
  }
  expect(a.density[quiet]).toBe(0);
  const live = a.best.filter((best) => best >= 0).length;
  expect(figures['match_live_a']).toBe(live / topk.dSae);
});

it('has the figures that measures describe, the same from either side and at every call', async () => {
  const there = await match(topk, jumprelu);
  const back = await match(jumprelu, topk);
  expect(Object.keys(there.figures).toSorted()).toEqual(Object.keys(MATCH_FIGURES).toSorted());
  expect(await match(topk, jumprelu)).toEqual(there);
  expect(back.a.partner).toEqual(there.b.partner);
  expect(back.figures['match_one_to_one']).toBeCloseTo(there.figures['match_one_to_one']!, 6);
  expect(back.figures['match_live_a']).toBe(there.figures['match_live_b']);
  // Random weights share no more than random directions do.
  expect(Math.abs(there.figures['match_one_to_one']! - there.random.match_one_to_one)).toBeLessThan(0.05);
});

it('leaks no tensors, and stops when asked', async () => {
  const before = tf.memory().numTensors;
  await match(topk, jumprelu);
  await expect(match(topk, jumprelu, AbortSignal.abort())).rejects.toMatchObject({ code: 'run.stopped' });
  expect(tf.memory().numTensors).toBe(before);
});

it('has strict settings', () => {
  expect(matchSettings.safeParse({ no_such_setting: 1 }).success).toBe(false);
  expect(matchSettings.parse({})).toEqual({ maxTokens: 20_000 });
});
