import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { useCpuBackend } from '@sae-lab/kernels';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  goldenSequences,
  openSplicedGolden,
  SPLICES,
} from '../../activations/extraction/model/splice/spliced-golden.ts';
import type { InferenceSae } from '../../sae/inference-sae.ts';
import { loadSae } from '../../sae/saelens-format.ts';
import { SparseEncoder } from '../../sae/sparse-encoder.ts';
import { ceSettings } from './ce-settings.ts';
import { spliceAll } from './splice-all.ts';
import type { TextBatch } from './text-batches.ts';

/** Mean loss and mean divergence. */
type Losses = [loss: number, divergence: number];
interface Golden {
  readonly tokens: number;
  readonly clean: number;
  readonly hooks: Record<string, { readonly sae: Losses; readonly zero: Losses; readonly mean: Losses }>;
}
const golden = JSON.parse(readFileSync(join(SPLICES, 'losses.json'), 'utf8')) as Record<string, Golden>;

let sae: InferenceSae;
beforeAll(async () => {
  await useCpuBackend({ threads: 1 });
  sae = await loadSae(join(SPLICES, 'sae'));
});

/** Every token but the first and the last of each sequence. */
function batchOf(name: string): TextBatch {
  const pieces = goldenSequences(name).map((tokens, document) => {
    const positions = tokens.map((_, position) => position).slice(1, -1);
    return { piece: { document, documentHash: document, index: 0, tokens, selected: positions }, positions };
  });
  return { pieces, rows: pieces.reduce((sum, { positions }) => sum + positions.length, 0) };
}

describe.each(Object.entries(golden))('%s, spliced', (name, { tokens, clean, hooks }) => {
  it('has the losses and divergences that transformers computes with a hook', async () => {
    const batch = batchOf(name);
    expect(batch.rows).toBe(tokens);
    const encoder = new SparseEncoder(sae);
    const mean = sae.tensors['W_dec']!.data.slice(0, sae.dIn);
    const meanOf = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / tokens;
    for (const [hook, expected] of Object.entries(hooks)) {
      const model = await openSplicedGolden(name, hook);
      const found = await spliceAll(model, batch, {
        saes: [encoder],
        mean,
        settings: ceSettings.parse({}),
      });
      expect(Math.abs(meanOf(found.clean) - clean), hook).toBeLessThan(1e-5);
      for (const [kind, one] of [
        ['sae', found.saes[0]!],
        ['zero', found.zero],
        ['mean', found.mean],
      ] as const) {
        const [loss, divergence] = expected[kind];
        expect(Math.abs(meanOf(one.loss) - loss), `${hook} ${kind}`).toBeLessThan(1e-5);
        expect(Math.abs(meanOf(one.divergence) - divergence), `${hook} ${kind}`).toBeLessThan(1e-5);
      }
    }
    encoder.dispose();
  });
});
