import type { EvaluationRow, SaeRow } from '@sae-lab/db/reading';
import { expect, test } from 'vitest';
import { compareReferences } from './load-references.ts';

const sae = (id: number): SaeRow => ({
  id,
  saeHash: `hash ${id}`,
  kind: 'baseline',
  name: `pca ${id}`,
  source: 'pca',
  architecture: 'standard',
  hook: 'h',
  dIn: 4,
  width: 8,
  config: {},
  data: null,
  activationsId: null,
  createdAt: new Date(0),
});
const evaluation = (
  saeId: number,
  activationsId: string | null,
  figures: Readonly<Record<string, number>>,
): EvaluationRow => ({
  id: 1,
  runId: null,
  saeId,
  name: 'reconstruction',
  version: 1,
  dataId: 'd',
  activationsId,
  settings: {},
  settingsHash: 's',
  tokens: 1,
  documents: 1,
  seconds: 1,
  provenance: {},
  startedAt: new Date(0),
  finishedAt: new Date(0),
  figures: Object.fromEntries(
    Object.entries(figures).map(([key, value]) => [key, { value, low: null, high: null }]),
  ),
});

test('an SAE is a reference once for each set of activations, with the figures of its weights', () => {
  const found = compareReferences(
    [sae(1), sae(2)],
    [
      evaluation(1, 'a', { l0: 4, mmcs: Number.NaN }),
      evaluation(1, 'b', { l0: 5 }),
      evaluation(1, null, { decoder_norm: 1 }),
    ],
  );
  expect(found.map(({ id, activations, figures }) => [id, activations, figures])).toEqual([
    [1, 'a', { l0: 4, decoder_norm: 1 }],
    [1, 'b', { l0: 5, decoder_norm: 1 }],
  ]);
});
