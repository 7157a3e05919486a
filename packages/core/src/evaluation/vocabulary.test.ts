/** What core computes and what the vocabulary names are the same: neither may have more than the other. */
import { CURVES, FIGURES, HISTOGRAMS, isFreeCurve, LOSS_TERM } from '@sae-lab/measures';
import { useCpuBackend } from '@sae-lab/kernels';
import { expect, it } from 'vitest';
import { plainVariant } from '../testing/plain-variant.ts';
import { trainOnClusters } from '../testing/train-on-clusters.ts';
import type { Hyper } from '../variant/contract.ts';
import { dictionaryRecovery } from './dictionary-recovery.ts';
import { EVALUATIONS } from './registry.ts';
import { ReconstructionFigures } from './reconstruction-figures.ts';
import { SparsityFigures } from './sparsity-figures.ts';

const sorted = (keys: Iterable<string>): string[] => [...keys].toSorted();

it('names every figure and every histogram of an evaluation', async () => {
  await useCpuBackend();
  const sparsity = new SparsityFigures(2);
  sparsity.add([1, 0]);
  const reconstruction = new ReconstructionFigures(1);
  reconstruction.add([1], [1]);
  const truth = { shape: [1, 1], data: Float32Array.of(1) };
  const computed = {
    ...sparsity.result(),
    ...reconstruction.result(),
    ...(await dictionaryRecovery(truth, truth)),
  };
  const ofEvaluations = EVALUATIONS.flatMap(({ figures }) => figures);
  expect(sorted(Object.keys(FIGURES))).toEqual(sorted(new Set([...Object.keys(computed), ...ofEvaluations])));
  expect(sorted(Object.keys(HISTOGRAMS))).toEqual(sorted(Object.keys(sparsity.histograms())));
});

it('names every curve of a training run', async () => {
  const hyper: Hyper = { l1: 8, decoderNorm: 'unit' };
  const logged = await trainOnClusters(plainVariant, hyper, {
    deadAfter: 0.01,
    resample: { every: 0.25, until: 0.5 },
  });
  const keys = new Set(logged.flatMap((points) => Object.keys(points)));
  const terms = [...keys].filter((key) => key.startsWith(LOSS_TERM));
  expect(sorted(Object.keys(CURVES))).toEqual(sorted(keys.difference(new Set(terms))));
  expect(terms).toHaveLength(Object.keys(plainVariant.losses).length);
});

it('knows which curves every step has, and which the measured ones only', async () => {
  const hyper: Hyper = { l1: 8, decoderNorm: 'unit' };
  const [measured, plain] = await trainOnClusters(plainVariant, hyper, {}, (step) => step === 0);
  const every = new Map(Object.entries(CURVES).map(([key, curve]) => [key, 'every' in curve && curve.every]));
  const isTerm = (key: string): boolean => key.startsWith(LOSS_TERM);
  expect(Object.keys(plain!).every(isFreeCurve)).toBe(true);
  expect(sorted(Object.keys(plain!).filter((key) => !isTerm(key)))).toEqual(
    sorted([...every.keys()].filter((key) => every.get(key) === 'step')),
  );
  expect(sorted(Object.keys(measured!).filter((key) => !isFreeCurve(key)))).toEqual(
    sorted([...every.keys()].filter((key) => every.get(key) === 'measured')),
  );
});
