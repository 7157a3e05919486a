import { join, resolve } from 'node:path';
import { seeded, type InferenceSae } from '@sae-lab/core';
import { openActivations, SPLIT_SEED } from '@sae-lab/core/activations';
import type { SharedRun } from '../shared-run.ts';

export const SAMPLE_ROWS = 3;

/** Rows that the snippet reproduces, [SAMPLE_ROWS, dIn]. */
export interface SampleRows {
  readonly x: Float32Array;
  /** A sentence on where they come from. */
  readonly origin: string;
}

/** The first held-out activations of a run, or random rows where the activations were deleted. */
export async function sampleRows(
  { run, activations }: SharedRun,
  sae: InferenceSae,
  dataDir: string,
): Promise<SampleRows> {
  const folder = activations?.folder ?? join('activations', run.activationsId);
  const held = await heldOut(resolve(dataDir, folder), run.config);
  if (held?.length === SAMPLE_ROWS * sae.dIn)
    return { x: held, origin: 'Three held-out activations of the hook.' };
  const random = seeded(run.seed, 'snippet');
  return {
    x: Float32Array.from({ length: SAMPLE_ROWS * sae.dIn }, () => random.normal()),
    origin: 'Three random rows: the activations were not on disk.',
  };
}

async function heldOut(
  folder: string,
  { evaluation }: Readonly<Record<string, unknown>>,
): Promise<Float32Array | undefined> {
  const { holdout = 0 } = (evaluation ?? {}) as { holdout?: number };
  const split = { holdout, seed: SPLIT_SEED, part: 'held-out' } as const;
  try {
    const store = await openActivations(folder, { verify: 'sizes' });
    const rows = store.sequentialBatches({ batchSize: SAMPLE_ROWS, split, maxRows: SAMPLE_ROWS });
    for await (const { activations } of rows) return activations.slice();
  } catch {
    // Deleted, or on another machine. The snippet then has other rows.
  }
  return undefined;
}
