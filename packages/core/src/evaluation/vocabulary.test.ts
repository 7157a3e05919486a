/** Core computes exactly the figures, histograms and curves that the vocabulary names. */
import { CURVES, FIGURES, HISTOGRAMS, LOSS_TERM } from '@sae-lab/measures';
import { useCpuBackend } from '@sae-lab/kernels';
import { expect, it } from 'vitest';
import { plainVariant } from '../testing/plain-variant.ts';
import { trainOnClusters } from '../testing/train-on-clusters.ts';
import type { Hyper } from '../variant/contract.ts';
import { dictionaryRecovery } from './dictionary-recovery.ts';
import { ReconstructionMetrics } from './reconstruction-metrics.ts';
import { SparsityMetrics } from './sparsity-metrics.ts';

const sorted = (keys: Iterable<string>): string[] => [...keys].toSorted();

it('names every figure and every histogram of an evaluation', async () => {
  await useCpuBackend();
  const sparsity = new SparsityMetrics(2);
  sparsity.add([1, 0]);
  const reconstruction = new ReconstructionMetrics(1);
  reconstruction.add([1], [1]);
  const truth = { shape: [1, 1], data: Float32Array.of(1) };
  const computed = {
    ...sparsity.result(),
    ...reconstruction.result(),
    ...(await dictionaryRecovery(truth, truth)),
  };
  expect(sorted(Object.keys(FIGURES))).toEqual(sorted(Object.keys(computed)));
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
