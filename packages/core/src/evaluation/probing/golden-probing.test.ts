/** Accuracies, ranks and perturbations of probes against an independent implementation with scikit-learn. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isRight, type DocumentMatrix } from './columns.ts';
import { documentClasses } from './document-classes.ts';
import type { LatentProbe } from '../latent-probe.ts';
import { latentProbes } from './latent-probes.ts';
import { accuracy, sparseProbing } from './sparse-probing.ts';
import { rawProbes, targetedPerturbation } from './targeted-perturbation.ts';

/** Made by tests/reference/probing.py. Matrices are in hundredths. */
const golden = JSON.parse(readFileSync(new URL('probing-golden.json', import.meta.url), 'utf8')) as {
  labels: string[];
  hashes: number[];
  dIn: number;
  dSae: number;
  raw: number[];
  codes: number[];
  decoder: number[];
  figures: Record<string, number>;
  /** Codes of 12 latents with few distinct values. */
  sparse: number[];
  probes: Record<'codes' | 'raw' | 'sparse', LatentProbe[]>;
};
const { labels, hashes, figures } = golden;
const fromHundredths = (values: number[]): Float32Array => Float32Array.from(values, (value) => value / 100);
const raw: DocumentMatrix = { columns: golden.dIn, data: fromHundredths(golden.raw) };
const decoder = fromHundredths(golden.decoder);
const codes: DocumentMatrix = { columns: golden.dSae, data: fromHundredths(golden.codes) };
const classes = documentClasses(
  labels.map((label, i) => ({ label, hash: hashes[i]! })),
  { field: 'probing.labelColumn', unit: 'documents', fix: '' },
);
const probes = rawProbes(raw, classes);

const computed: Record<string, number> = {
  ...sparseProbing(codes, classes, hashes, 'probing').figures,
  ...sparseProbing(raw, classes, hashes, 'probing_raw').figures,
  probing_raw: accuracy(classes, hashes, (_, c) => (member) => isRight(probes[c]!, raw, member)).value,
  ...targetedPerturbation({ raw, codes, decoder, classes, probes, hashes }).figures,
};

describe('probing agrees with scikit-learn', () => {
  it('in every figure of the reference', () => {
    expect(Object.keys(computed).toSorted()).toEqual(Object.keys(figures).toSorted());
  });

  // A document on the other side would change an accuracy by a hundredth.
  it.each(Object.entries(figures))('in %s, %f', (key, value) => {
    expect(computed[key]).toBeCloseTo(value, 9);
  });

  const sparse: DocumentMatrix = { columns: 12, data: fromHundredths(golden.sparse) };
  it.each(Object.entries({ codes, raw, sparse }))(
    'in the probes of single columns of %s',
    async (name, matrix) => {
      const expected = golden.probes[name as keyof typeof golden.probes];
      const found = await latentProbes(matrix, classes);
      expect(found.map((probe) => [probe.latent, probe.class, probe.documents])).toEqual(
        expected.map((probe) => [probe.latent, probe.class, probe.documents]),
      );
      for (const [i, { score, trainingScore, pValue }] of expected.entries()) {
        expect(found[i]!.score).toBeCloseTo(score, 12);
        expect(found[i]!.trainingScore).toBeCloseTo(trainingScore, 12);
        expect(found[i]!.pValue / pValue).toBeCloseTo(1, 9);
      }
    },
  );
});
