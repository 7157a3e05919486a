/**
 * Encodes and decodes 1,000 rows with each SAE of an export, for saelens_exports.py:
 *
 *     node tests/reference/export-rows.ts EXPORT ACTIVATIONS OUT
 */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { computeRows, loadForeignSae } from '@sae-lab/core';
import { openActivations, SPLIT_SEED } from '@sae-lab/core/activations';
import { makeFolder, writeSafetensors } from '@sae-lab/core/files';
import { useCpuBackend } from '@sae-lab/kernels';

const ROWS = 1000;

const [exported = '', activations = '', out = ''] = process.argv.slice(2).map((path) => resolve(path));
await useCpuBackend({ threads: 1 });
const store = await openActivations(activations);
const split = { holdout: 0, seed: SPLIT_SEED, part: 'train' } as const;
const [x] = await Array.fromAsync(
  store.sequentialBatches({ batchSize: ROWS, split, maxRows: ROWS }),
  (batch) => batch.activations,
);
await makeFolder(out);
for (const entry of await readdir(exported, { withFileTypes: true })) {
  if (!entry.isDirectory()) continue;
  const { sae } = await loadForeignSae(join(exported, entry.name));
  const { codes, reconstructions } = await computeRows(sae, x!);
  const { dIn, dSae } = sae;
  await writeSafetensors(join(out, `${entry.name}.safetensors`), {
    x: { dtype: 'F32', shape: [ROWS, dIn], data: x! },
    f: { dtype: 'F32', shape: [ROWS, dSae], data: codes },
    y: { dtype: 'F32', shape: [ROWS, dIn], data: reconstructions },
  });
}
