import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { extractActivations, SPLIT_SEED, type ActivationStore } from '@sae-lab/core/activations';

const ROOT = new URL('../../', import.meta.url).pathname;
/** The default of a sweep. */
export const HOLDOUT = 0.1;

/** The quickstart's activations at a hook. Extracts them if they are missing. */
export async function quickstartActivations(hook: string, dataDir: string): Promise<ActivationStore> {
  const [store] = await extractActivations({
    model: { kind: 'folder', folder: join(ROOT, 'models/neox-1.7m') },
    dataset: { kind: 'jsonl', path: join(ROOT, 'models/corpus/public-domain-en.jsonl.gz') },
    hooks: [hook],
    settings: { context: 'chunk', maxTokens: 128, maxRows: 200_000 },
    dataDir,
  });
  return store!;
}

/** Training activations as a file of floats, for a peer in another language. */
export interface ExportedRows {
  /** [rows, dIn], float32. */
  readonly path: string;
  /** Scales their mean squared norm to dIn. */
  readonly scale: number;
}

export async function exportTrainingRows(store: ActivationStore, folder: string): Promise<ExportedRows> {
  const split = { holdout: HOLDOUT, seed: SPLIT_SEED, part: 'train' } as const;
  const { meanSquaredNorm } = await store.statistics(split);
  const path = join(folder, 'activations.f32');
  const file = await open(path, 'w');
  try {
    for await (const { activations } of store.sequentialBatches({ batchSize: 4096, split })) {
      await file.writeFile(
        new Uint8Array(activations.buffer, activations.byteOffset, activations.byteLength),
      );
    }
  } finally {
    await file.close();
  }
  return { path, scale: Math.sqrt(store.dIn / meanSquaredNorm) };
}
