import { useCpuBackend } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { extractActivations } from '../../activations/extraction/extract.ts';
import { prepareExtraction } from '../../activations/extraction/plan.ts';
import { CORPUS, MODEL, temporaryFolder } from '../../activations/test-support.ts';
import type { InferenceSae } from '../../sae/inference-sae.ts';
import { SparseEncoder } from '../../sae/sparse-encoder.ts';
import { seeded } from '../../random/seeded.ts';
import { randomDictionary } from '../baselines/random-dictionary.ts';
import { heldOutText } from '../held-out-text.ts';
import { absorbedRows } from './absorbed-rows.ts';
import { absorption } from './absorption.ts';
import { knownLetters } from './known-letters.ts';
import { firstLetter, type LetterRows } from './letter-rows.ts';
import { mainLatents } from './main-latents.ts';

beforeAll(() => useCpuBackend({ threads: 1 }));

const D = 10;
/** Dimension 0 is the letter s, 1 is t, 2 one word with s; the others are noise. */
const random = seeded(0, 'letters');
const ROWS = 400;
const letters = Array.from({ length: ROWS }, (_, row) => (row % 2 === 0 ? 's' : 't'));
// Forty tokens of each letter, of which one with s is the word.
const tokenIds = letters.map((_, row) => row % 80);
const isWord = (row: number): boolean => letters[row] === 's' && tokenIds[row] === 0;
const rows: LetterRows = {
  x: Float32Array.from({ length: ROWS * D }, (_, i) => {
    const [row, d] = [Math.floor(i / D), i % D];
    if (d === 0) return Number(letters[row] === 's');
    if (d === 1) return Number(letters[row] === 't');
    return d === 2 ? Number(isWord(row)) : 0.05 * random.normal();
  }),
  letters,
  tokenIds,
  documentHashes: letters.map((_, row) => row),
  tokens: 1000,
};

/** Latents by their encoder and decoder rows. */
function saeOf(encoder: number[][], decoder: number[][]): InferenceSae {
  const dSae = encoder.length;
  const at = (matrix: number[][], latent: number, d: number): number => matrix[latent]![d] ?? 0;
  return {
    architecture: 'jumprelu',
    dIn: D,
    dSae,
    applyBDecToInput: true,
    tensors: {
      W_enc: {
        shape: [D, dSae],
        data: Float32Array.from({ length: D * dSae }, (_, i) => at(encoder, i % dSae, Math.floor(i / dSae))),
      },
      b_enc: { shape: [dSae], data: new Float32Array(dSae) },
      threshold: { shape: [dSae], data: new Float32Array(dSae).fill(0.5) },
      W_dec: {
        shape: [dSae, D],
        data: Float32Array.from({ length: D * dSae }, (_, i) => at(decoder, Math.floor(i / D), i % D)),
      },
      b_dec: { shape: [D], data: new Float32Array(D) },
    },
  };
}
const plain = [[1], [0, 1], [0, 0, 1]];

async function absorbedIn(sae: InferenceSae): Promise<{ main: number[][]; absorbed: number[] }> {
  const { known } = knownLetters(rows, D);
  expect(known.map(({ members }) => members.label)).toEqual(['s', 't']);
  const encoder = new SparseEncoder(sae);
  try {
    const main = await mainLatents(encoder, rows.x, known);
    const found = await absorbedRows(encoder, rows.x, known, main);
    const absorbed = found.flatMap((one) => [...one].flatMap(([row, is]) => (is ? [row] : [])));
    return { main, absorbed };
  } finally {
    encoder.dispose();
  }
}

describe('absorption', () => {
  it('is none where a latent fires on every word with its letter', async () => {
    const { main, absorbed } = await absorbedIn(saeOf(plain, plain));
    expect(main).toEqual([[0], [1]]);
    expect(absorbed).toEqual([]);
  });

  it('is found where the latent of a word silences that of its letter and carries it', async () => {
    const { main, absorbed } = await absorbedIn(
      saeOf(
        [
          [1, 0, -1],
          [0, 1],
          [0, 0, 1],
        ],
        [[1], [0, 1], [1, 0, 1]],
      ),
    );
    expect(main).toEqual([[0], [1]]);
    expect(absorbed).toEqual(letters.flatMap((_, row) => (isWord(row) ? [row] : [])));
  });

  it('is none where nothing carries the letter of the silent latent', async () => {
    const { absorbed } = await absorbedIn(
      saeOf(
        [
          [1, 0, -1],
          [0, 1],
          [0, 0, 1],
        ],
        [[1], [0, 1], [0, 0, 1]],
      ),
    );
    expect(absorbed).toEqual([]);
  });

  it('reads first letters from tokens that begin words only', () => {
    expect([' The', ' a', 'the', ' 1st', ' x1', '.', ' été', '▁Sea', 'Ġof'].map(firstLetter)).toEqual([
      't',
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      's',
      'o',
    ]);
  });

  it('runs on a model, warns that it means little here, and does not depend on the other SAEs', async () => {
    const hook = 'blocks.0.hook_resid_pre';
    const dataDir = temporaryFolder();
    const spec = {
      model: MODEL,
      dataset: { ...CORPUS, documents: 200 },
      hooks: [hook],
      settings: { maxTokens: 64, batchTokens: 1024 },
      dataDir,
      threads: 1,
    } as const;
    const prepared = await prepareExtraction({ ...spec, hooks: [hook] });
    const [store] = await extractActivations({ ...spec, hooks: [hook] });
    const warnings: string[] = [];
    const evaluate = (seeds: number[]) =>
      absorption.evaluate(
        {
          hook,
          saes: seeds.map((seed) => ({
            id: String(seed),
            sae: randomDictionary(new Float32Array(store!.dIn), { dSae: 64, k: 8, seed }),
          })),
          activations: { store: store!, holdout: 0 },
          text: heldOutText(prepared, 0),
          dataDir,
          warn: (sentence) => warnings.push(sentence),
        },
        absorption.settings.parse({ perLetter: 100 }),
      );
    const before = tf.memory().numTensors;
    const both = await evaluate([0, 1]);
    expect(tf.memory().numTensors).toBe(before);
    expect(await evaluate([1])).toEqual(both.slice(1));
    for (const { figures, tokens } of both) {
      expect(Object.keys(figures).toSorted()).toEqual(absorption.figures.toSorted());
      expect(figures['spelling_accuracy']).toBeGreaterThan(0.4);
      expect(tokens).toBe(store!.rows);
      if (!Number.isNaN(figures['absorption_rate'])) {
        expect(figures['absorption_rate']).toBeGreaterThanOrEqual(0);
        expect(figures['absorption_rate']).toBeLessThanOrEqual(1);
      }
    }
    expect(warnings.join('\n')).toContain('below 16384 latents');
  });
});
