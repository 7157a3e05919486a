/** Accuracies and perturbations of probes against an independent implementation with scikit-learn. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isRight, type DocumentMatrix } from './columns.ts';
import { documentClasses } from './document-classes.ts';
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
});
