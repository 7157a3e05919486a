import { describe, expect, it } from 'vitest';
import { seeded } from '../../random/seeded.ts';
import { largest, meanDifferences, type DocumentMatrix } from './columns.ts';
import { documentClasses } from './document-classes.ts';
import { accuracy, sparseProbing } from './sparse-probing.ts';
import { rawProbes, targetedPerturbation } from './targeted-perturbation.ts';

const DOCUMENTS = 600;
const LABELS = ['a', 'b', 'c'];
const random = seeded(0, 'documents');
const hashes = Int32Array.from({ length: DOCUMENTS }, () => random.integer(-(2 ** 31), 2 ** 31 - 1));
const labels = Array.from({ length: DOCUMENTS }, (_, i) => LABELS[i % 3]!);
const about = { field: 'probing.labelColumn', unit: 'documents', fix: '' };
const classes = documentClasses(
  labels.map((label, i) => ({ label, hash: hashes[i]! })),
  about,
);

function matrixOf(columns: number, value: (document: number, column: number) => number): DocumentMatrix {
  return {
    columns,
    data: Float32Array.from({ length: DOCUMENTS * columns }, (_, i) =>
      value(Math.floor(i / columns), i % columns),
    ),
  };
}
const classOf = (document: number): number => document % 3;
const noise = matrixOf(8, () => random.normal());
const noiseAt = (document: number, column: number): number => noise.data[document * 8 + column]!;

describe('documentClasses', () => {
  it('balances each class, and puts no document on both sides', () => {
    expect(classes.map(({ label }) => label)).toEqual(LABELS);
    for (const { label, train, test } of classes) {
      const members = [...train, ...test];
      expect(new Set(members.map(({ document }) => document)).size).toBe(members.length);
      expect(members.filter(({ isClass }) => isClass)).toHaveLength(200);
      expect(members.filter(({ isClass }) => !isClass)).toHaveLength(200);
      for (const { document, isClass } of members) expect(isClass).toBe(labels[document] === label);
      expect(test.length / members.length).toBeGreaterThan(0.15);
      expect(test.length / members.length).toBeLessThan(0.35);
    }
  });

  it('leaves out small classes, and refuses fewer than two', () => {
    const of = (counts: Record<string, number>) =>
      documentClasses(
        Object.entries(counts).flatMap(([label, count], c) =>
          Array.from({ length: count }, (_, i) => ({ label, hash: Math.imul(1000 * c + i, 0x9e3779b1) })),
        ),
        about,
      );
    expect(of({ many: 50, few: 5, some: 20 }).map(({ label }) => label)).toEqual(['many', 'some']);
    expect(() => of({ many: 50, few: 19 })).toThrow(
      /probing.labelColumn: there are not two classes.*received many \(50\), few \(19\)/s,
    );
  });
});

describe('sparse probing', () => {
  it('finds the latents of the classes: one is enough where a latent is a class', () => {
    const codes = matrixOf(8, (document, column) =>
      column < 3 ? Number(classOf(document) === column) : Math.abs(noiseAt(document, column)),
    );
    expect(largest(meanDifferences(codes, classes[1]!), 1)).toEqual([1]);
    const { figures, intervals } = sparseProbing(codes, classes, hashes, 'probing');
    expect(figures['probing_k1']).toBe(1);
    // All documents agree, and there could still be a few that do not.
    expect(intervals['probing_k1']!.high).toBe(1);
    expect(intervals['probing_k1']!.low).toBeGreaterThan(0.97);
    expect(intervals['probing_k1']!.low).toBeLessThan(1);
  });

  it('needs several latents where each knows a part', () => {
    // Latents 0 to 3 each fire on a quarter of the documents of class a.
    const codes = matrixOf(8, (document, column) =>
      column < 4 ? Number(classOf(document) === 0 && Math.floor(document / 3) % 4 === column) : 0,
    );
    const only = classes.slice(0, 1);
    const { figures } = sparseProbing(codes, only, hashes, 'probing');
    expect(figures['probing_k1']).toBeGreaterThan(0.55);
    expect(figures['probing_k1']).toBeLessThan(0.7);
    expect(figures['probing_k5']).toBe(1);
  });

  it('is at chance for noise, with an interval as wide as that of as many tosses', () => {
    const { figures, intervals } = sparseProbing(noise, classes, hashes, 'probing');
    expect(Math.abs(figures['probing_k5']! - 0.5)).toBeLessThan(0.12);
    const tosses = classes.reduce((sum, { test }) => sum + test.length, 0);
    const { low, high } = intervals['probing_k5']!;
    expect((high - low) / (4 * Math.sqrt(0.25 / tosses))).toBeGreaterThan(0.6);
    expect((high - low) / (4 * Math.sqrt(0.25 / tosses))).toBeLessThan(1.7);
  });

  it('averages accuracies over the classes', () => {
    // Right about everything in class a, and about the members of the others.
    const { value } = accuracy(
      classes,
      hashes,
      (_, c) =>
        ({ isClass }) =>
          c === 0 || isClass,
    );
    const shares = classes.map(({ test }) => test.filter(({ isClass }) => isClass).length / test.length);
    expect(value).toBeCloseTo((1 + shares[1]! + shares[2]!) / 3, 12);
  });
});

describe('targeted probe perturbation', () => {
  // Mean activations are the sum of a direction per class, so that latent c carries class c alone.
  const decoder = Float32Array.from({ length: 3 * 8 }, (_, i) => (i % 8 === Math.floor(i / 8) ? 1 : 0));
  const codes = matrixOf(3, (document, latent) => (classOf(document) === latent ? 4 : 0));
  const raw = matrixOf(
    8,
    (document, d) => (d < 3 ? codes.data[document * 3 + d]! : 0) + 0.1 * noiseAt(document, d),
  );
  const probes = rawProbes(raw, classes);

  it('is about ½ where each class has a latent just for it: its probe falls to chance, the others stay', () => {
    const { figures } = targetedPerturbation({ raw, codes, decoder, classes, probes, hashes });
    expect(figures['tpp_2']).toBeGreaterThan(0.2);
    expect(figures['tpp_2']).toBeLessThanOrEqual(1);
  });

  it('is 0 where no latent is aligned with a probe, and where latents never fire', () => {
    const elsewhere = Float32Array.from({ length: 3 * 8 }, (_, i) => (i % 8 === 7 ? 1e-6 : 0));
    const misaligned = targetedPerturbation({ raw, codes, decoder: elsewhere, classes, probes, hashes });
    expect(misaligned.figures['tpp_2']).toBe(0);
    const silent = matrixOf(3, () => 0);
    const unfired = targetedPerturbation({ raw, codes: silent, decoder, classes, probes, hashes });
    expect(unfired.figures['tpp_10']).toBe(0);
  });
});
