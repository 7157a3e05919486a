import { useCpuBackend } from '@sae-lab/kernels';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareExtraction } from '../../activations/extraction/plan.ts';
import { CORPUS, datasetOf, MODEL, temporaryFolder, writeFileIn } from '../../activations/test-support.ts';
import { seeded } from '../../random/seeded.ts';
import type { InferenceSae } from '../../sae/inference-sae.ts';
import { randomDictionary } from '../baselines/random-dictionary.ts';
import type { EvaluationContext } from '../contract.ts';
import { heldOutText } from '../held-out-text.ts';
import { probing } from './probing.ts';

beforeAll(() => useCpuBackend({ threads: 1 }));

const HOOK = 'blocks.2.hook_resid_post';
const D = 128;

/** x = relu(x) − relu(−x). */
function identitySae(): InferenceSae {
  const encoder = new Float32Array(D * 2 * D);
  const decoder = new Float32Array(2 * D * D);
  for (let d = 0; d < D; d++) {
    encoder[d * 2 * D + d] = 1;
    encoder[d * 2 * D + D + d] = -1;
    decoder[d * D + d] = 1;
    decoder[(D + d) * D + d] = -1;
  }
  return {
    architecture: 'standard',
    dIn: D,
    dSae: 2 * D,
    applyBDecToInput: true,
    tensors: {
      W_enc: { shape: [D, 2 * D], data: encoder },
      b_enc: { shape: [2 * D], data: new Float32Array(2 * D) },
      W_dec: { shape: [2 * D, D], data: decoder },
      b_dec: { shape: [D], data: new Float32Array(D) },
    },
  };
}

async function contextOf(
  saes: InferenceSae[],
  dataset: object = { ...CORPUS, documents: 300 },
): Promise<EvaluationContext> {
  const dataDir = temporaryFolder();
  const settings = { maxTokens: 32, batchTokens: 512 };
  const prepared = await prepareExtraction({
    model: MODEL,
    dataset: dataset as never,
    hooks: [HOOK],
    settings,
    dataDir,
  });
  return {
    hook: HOOK,
    saes: saes.map((sae, i) => ({ id: String(i), sae })),
    text: heldOutText(prepared, 0.1),
    dataDir,
    threads: 1,
  };
}

describe('probing', () => {
  it('tells the sources of the bundled corpus apart, better with more latents, best with all dimensions', async () => {
    const random = randomDictionary(new Float32Array(D), { dSae: 64, k: 4, seed: 0 });
    const context = await contextOf([identitySae(), random]);
    const settings = probing.settings.parse({ maxDocuments: 300 });
    const before = tf.memory().numTensors;
    const [identity, other] = await probing.evaluate(context, settings);
    expect(tf.memory().numTensors).toBe(before);
    const { figures, intervals } = identity!;
    expect(Object.keys(figures).toSorted()).toEqual(probing.figures.toSorted());
    expect(figures['probing_raw']).toBeGreaterThan(0.85);
    expect(figures['probing_k20']).toBeGreaterThan(figures['probing_k1']! - 0.05);
    expect(Math.abs(figures['probing_majority']! - 0.5)).toBeLessThan(0.1);
    expect(intervals['probing_k1']!.low).toBeLessThan(figures['probing_k1']!);
    expect(identity!.documents).toBe(300);
    // The reference is that of the model, whichever SAE it stands next to.
    expect(other!.figures['probing_raw']).toBe(figures['probing_raw']);
    // The result of an SAE does not depend on the others of the pass.
    const [alone] = await probing.evaluate({ ...context, saes: context.saes.slice(1) }, settings);
    expect(alone).toEqual(other);
  });

  it('reads labels that are numbers, and refuses a column that does not exist', async () => {
    const random = seeded(0, 'words');
    const word = (label: number): string => ['sea', 'king', 'trade'][label]! + String(random.integer(0, 9));
    const texts = Array.from({ length: 90 }, (_, i) =>
      Array.from({ length: 5 }, () => word(i % 3)).join(' '),
    );
    const folder = temporaryFolder();
    const { path } = datasetOf(folder, texts);
    const context = await contextOf([identitySae()], { kind: 'jsonl', path });
    const withLabels = texts.map((text, i) => JSON.stringify({ text, class: i % 3 })).join('\n');
    const labelled = writeFileIn(folder, 'labelled.jsonl', withLabels);
    const settingsOf = (change: object) =>
      probing.settings.parse({ dataset: { kind: 'jsonl', path: labelled }, ...change });
    const [result] = await probing.evaluate(context, settingsOf({ labelColumn: 'class' }));
    expect(result!.figures['probing_raw']).toBe(1);
    await expect(probing.evaluate(context, settingsOf({ labelColumn: 'topic' }))).rejects.toMatchObject({
      code: 'evaluation.no-labels',
    });
    await expect(probing.evaluate(context, settingsOf({ labelColumn: 'text' }))).rejects.toMatchObject({
      code: 'evaluation.one-class',
    });
  });
});
