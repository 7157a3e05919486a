import { describe, expect, it } from 'vitest';
import { seeded } from '../../random/seeded.ts';
import { documentClasses } from './document-classes.ts';
import type { DocumentMatrix } from './columns.ts';
import { latentProbes } from './latent-probes.ts';
import { normalTail } from './normal-tail.ts';

const DOCUMENTS = 400;
const LATENTS = 2000;
const random = seeded(0, 'probes');
const about = { field: 'probing.labelColumn', unit: 'documents', fix: '' };
const labels = Array.from({ length: DOCUMENTS }, (_, i) => ['law', 'novel', 'poem'][i % 3]!);
const classes = documentClasses(
  labels.map((label) => ({ label, hash: random.integer(0, 2 ** 31) | 0 })),
  about,
);

/** Codes of which a tenth is above 0, whatever the label. */
function chanceCodes(): DocumentMatrix {
  const data = Float32Array.from({ length: DOCUMENTS * LATENTS }, () => Math.max(0, random.normal() - 1.28));
  return { columns: LATENTS, data };
}

describe('latentProbes', () => {
  const codes = chanceCodes();

  it('does not take the best of many latents that know nothing for one that knows something', async () => {
    const probes = await latentProbes(codes, classes);
    const best = probes.reduce((a, b) => (b.score > a.score ? b : a));
    expect(best.score).toBeGreaterThan(0.55);
    expect(Math.min(...probes.map(({ pValue }) => pValue))).toBeGreaterThan(0.05);
    // The class was chosen by the training documents, so its score there is too high, and the one in the test is not.
    const mean = (of: (probe: (typeof probes)[number]) => number): number =>
      probes.reduce((sum, probe) => sum + of(probe), 0) / probes.length;
    expect(Math.abs(mean(({ score }) => score) - 0.5)).toBeLessThan(0.005);
    expect(mean(({ trainingScore }) => trainingScore)).toBeGreaterThan(0.51);
  });

  it('finds the class of a latent that fires on it alone, and on half of it', async () => {
    const data = codes.data.slice();
    labels.forEach((label, i) => {
      data[i * LATENTS + 7] = label === 'poem' ? 1 + random.uniform() : 0;
      data[i * LATENTS + 8] = label === 'law' && i % 2 === 0 ? 2 : 0;
      data[i * LATENTS + 9] = 0;
    });
    const probes = await latentProbes({ columns: LATENTS, data }, classes);
    const of = (latent: number) => probes.find((probe) => probe.latent === latent);
    expect(of(7)).toMatchObject({ class: 'poem', score: 1, trainingScore: 1 });
    expect(of(7)!.pValue).toBeLessThan(1e-6);
    expect(of(8)).toMatchObject({ class: 'law' });
    expect(of(8)!.score).toBeGreaterThan(0.65);
    expect(of(8)!.score).toBeLessThan(0.85);
    expect(of(9)).toBeUndefined();
    expect(probes).toHaveLength(LATENTS - 1);
  });

  it('has a score of 0.5 where the latent is silent in the test', async () => {
    const data = codes.data.slice();
    const inTest = new Set(classes.flatMap(({ test }) => test.map(({ document }) => document)));
    for (let i = 0; i < DOCUMENTS; i++) data[i * LATENTS] = inTest.has(i) ? 0 : i % 3;
    const [first] = await latentProbes({ columns: LATENTS, data }, classes);
    expect(first).toMatchObject({ score: 0.5, pValue: 1 });
  });
});

it('computes the tail of the normal distribution', () => {
  // scipy.stats.norm.sf
  const known = [
    [-4, 0.9999683287581669],
    [-1, 0.8413447460685429],
    [0, 0.5],
    [0.5, 0.3085375387259869],
    [2.9, 0.0018658133003840375],
    [3, 0.0013498980316300933],
    [3.1, 0.0009676032132183563],
    [6, 9.865876450376946e-10],
    [20, 2.7536241186061556e-89],
  ] as const;
  for (const [z, tail] of known) expect(normalTail(z) / tail, String(z)).toBeCloseTo(1, 11);
});
