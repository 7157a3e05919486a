import { expect, it } from 'vitest';
import { seeded } from '../../random/seeded.ts';
import type { CodeEntries } from '../../sae/sparse-encoder.ts';
import type { Passage, TextBatch } from './context-rows.ts';
import { describeLatent } from './describe-latents.ts';
import { featureSettings } from './feature-settings.ts';
import { LatentStatistics } from './latent-statistics.ts';

const LATENTS = 3;
const PIECE = 6;
const SETTINGS = featureSettings.parse({ top: 2, perBand: 2, bands: 2, before: 2, after: 1 });

function passageOf(document: number, firstRow: number): Passage {
  const tokens = Array.from({ length: PIECE }, (_, i) => document * PIECE + i);
  const selected = [...tokens.keys()];
  const documentHash = Math.imul(document, 0x9e3779b1);
  return { piece: { document, documentHash, index: 0, tokens, selected }, positions: selected, firstRow };
}

/** Passages of a few tokens, each its own document, and a code with few different values, so that many are equal. */
function batchOf(first: number, passages: number): { batch: TextBatch; code: CodeEntries } {
  const rows = passages * PIECE;
  const values = Float32Array.from(
    { length: rows * LATENTS },
    (_, i) => 1 + seeded(0, 'value', first * PIECE * LATENTS + i).integer(0, 2),
  );
  return {
    batch: {
      activations: new Float32Array(0),
      rows,
      passages: Array.from({ length: passages }, (_, p) => passageOf(first + p, p * PIECE)),
    },
    code: {
      rowStart: Int32Array.from({ length: rows + 1 }, (_, row) => row * LATENTS),
      latentOf: Int32Array.from(values, (_, i) => i % LATENTS),
      values,
    },
  };
}

function describeAll(batches: readonly { batch: TextBatch; code: CodeEntries }[]): unknown[] {
  const statistics = new LatentStatistics(LATENTS, Int32Array.of(0, 2), SETTINGS);
  let rows = 0;
  for (const { batch, code } of batches) {
    statistics.add(batch, code, rows);
    rows += batch.rows;
  }
  return [0, 1].map((index) => describeLatent(statistics, index, rows, SETTINGS, String));
}

it('does not depend on how the text is divided into batches, even where activations are equal', () => {
  const whole = describeAll([batchOf(0, 20)]);
  expect(describeAll([batchOf(0, 9), batchOf(9, 1), batchOf(10, 10)])).toEqual(whole);
  expect(whole).toMatchObject([{ latent: 0 }, { latent: 2 }]);
});

it('keeps the first of equal examples', () => {
  const [latent] = describeAll([batchOf(0, 20)]) as [
    { top: { document: number; activations: number[]; at: number }[] },
  ];
  expect(latent.top.map(({ activations, at }) => activations[at])).toEqual([3, 3]);
  const { code } = batchOf(0, 20);
  const documents = Array.from({ length: 20 }, (_, document) => document).filter((document) =>
    Array.from({ length: PIECE }, (_, i) => code.values[(document * PIECE + i) * LATENTS]).includes(3),
  );
  expect(latent.top.map(({ document }) => document)).toEqual(documents.slice(0, 2));
});
