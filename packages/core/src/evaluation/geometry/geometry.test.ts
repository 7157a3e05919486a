import { useCpuBackend } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { InferenceSae } from '../../sae/inference-sae.ts';
import { seeded } from '../../random/seeded.ts';
import { geometry } from './geometry.ts';
import { largestCosineToAnother } from './largest-cosine.ts';

beforeAll(() => useCpuBackend({ threads: 1 }));

/** Rows of the decoder; the encoder is its transpose unless given. */
function saeOf(rows: number[][], encoderRows = rows): InferenceSae {
  const [dSae, dIn] = [rows.length, rows[0]!.length];
  const encoder = Float32Array.from(
    { length: dIn * dSae },
    (_, i) => encoderRows[i % dSae]![Math.floor(i / dSae)]!,
  );
  return {
    architecture: 'standard',
    dIn,
    dSae,
    applyBDecToInput: true,
    tensors: {
      W_enc: { shape: [dIn, dSae], data: encoder },
      b_enc: { shape: [dSae], data: new Float32Array(dSae) },
      W_dec: { shape: [dSae, dIn], data: Float32Array.from(rows.flat()) },
      b_dec: { shape: [dIn], data: new Float32Array(dIn) },
    },
  };
}
async function figuresOf(sae: InferenceSae) {
  const context = { hook: 'synthetic', saes: [{ id: 'a', sae }], dataDir: '/nowhere' };
  return (await geometry.evaluate(context, {}))[0]!.figures;
}

describe('geometry', () => {
  it('measures norms, near duplicates and the alignment of encoder and decoder', async () => {
    const rows = [
      [3, 0, 0],
      [6, 0, 0],
      [0, 1, 0],
      [0, 1, 1],
      [-1, 0, 0],
    ];
    const encoder = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 2, 0],
      [0, 1, 1],
      [1, 0, 0],
    ];
    const figures = await figuresOf(saeOf(rows, encoder));
    expect(figures['decoder_norm']).toBeCloseTo((3 + 6 + 1 + Math.SQRT2 + 1) / 5, 6);
    // 1, 1, √½, √½, and 0 for the row that only has an opposite.
    expect(figures['decoder_max_cosine']).toBeCloseTo((2 + Math.SQRT2) / 5, 6);
    expect(figures['decoder_max_cosine_07']).toBe(4 / 5);
    expect(figures['decoder_max_cosine_09']).toBe(2 / 5);
    expect(figures['encoder_decoder_cosine']).toBeCloseTo((1 + 0 + 1 + 1 - 1) / 5, 6);
  });

  it('leaves zero rows out of the cosines', async () => {
    const figures = await figuresOf(
      saeOf([
        [0, 0],
        [1, 0],
        [0, 2],
      ]),
    );
    expect(figures['decoder_max_cosine']).toBeCloseTo(0, 6);
    expect(figures['decoder_norm']).toBeCloseTo(1, 6);
    expect(Number.isNaN((await figuresOf(saeOf([[0, 0]])))['decoder_max_cosine'])).toBe(true);
  });

  it('does not change with the norms of the rows, apart from the norm', async () => {
    const random = seeded(0, 'geometry');
    const rows = Array.from({ length: 40 }, () => Array.from({ length: 8 }, () => random.normal()));
    const { decoder_norm: _, ...before } = await figuresOf(saeOf(rows));
    const { decoder_norm: __, ...after } = await figuresOf(
      saeOf(rows.map((row, i) => row.map((v) => v * (1 + i)))),
    );
    for (const [key, value] of Object.entries(before)) expect(after[key], key).toBeCloseTo(value, 5);
  });
});

describe('largestCosineToAnother', () => {
  it('agrees with its definition over several tiles', async () => {
    const random = seeded(1, 'tiles');
    const [rows, columns] = [1100, 6];
    const matrix = Float32Array.from({ length: rows * columns }, () => random.normal());
    const unit = Array.from({ length: rows }, (_, row) => {
      const one = [...matrix.subarray(row * columns, (row + 1) * columns)];
      const norm = Math.hypot(...one);
      return one.map((value) => value / norm);
    });
    const before = tf.memory().numTensors;
    const found = await largestCosineToAnother(matrix, columns);
    expect(tf.memory().numTensors).toBe(before);
    for (const row of [0, 1, 1023, 1024, 1099]) {
      const expected = Math.max(
        ...unit.map((other, i) =>
          i === row ? -2 : other.reduce((sum, value, d) => sum + value * unit[row]![d]!, 0),
        ),
      );
      expect(found[row]).toBeCloseTo(expected, 5);
    }
  });

  it('stops between two tiles', async () => {
    await expect(largestCosineToAnother(new Float32Array(20), 2, AbortSignal.abort())).rejects.toMatchObject({
      code: 'run.stopped',
    });
  });
});
