import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InferenceSae } from '@sae-lab/core';
import { useCpuBackend } from '@sae-lab/kernels';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import type { SharedRun } from '../shared-run.ts';
import { pythonSnippet } from './python-snippet.ts';
import { sampleRows } from './sample-rows.ts';

beforeAll(() => useCpuBackend({ threads: 1 }));

/** Two inputs, three latents: x₀ − 0.5, x₁ and −x₀. */
const SAE: InferenceSae = {
  architecture: 'standard',
  dIn: 2,
  dSae: 3,
  applyBDecToInput: false,
  tensors: {
    W_enc: { shape: [2, 3], data: Float32Array.of(1, 0, -1, 0, 1, 0) },
    b_enc: { shape: [3], data: Float32Array.of(-0.5, 0, 0) },
    W_dec: { shape: [3, 2], data: Float32Array.of(1, 0, 0, 1, -1, 0) },
    b_dec: { shape: [2], data: Float32Array.of(0.25, 0) },
  },
};

it('writes the rows, their active latents and their reconstructions', async () => {
  const x = Float32Array.of(1, 2, -1, -2, 0, 0.1);
  const program = await pythonSnippet(SAE, { x, origin: 'Three rows.' });
  expect(program).toContain('# Three rows.\nX = [\n    [1, 2],\n    [-1, -2],\n    [0, 0.100000001],\n]');
  expect(program).toContain('    {0: 0.5, 1: 2},\n    {2: 1},\n    {1: 0.100000001},\n');
  expect(program).toContain('    [0.75, 2],\n    [-0.75, 0],\n    [0.25, 0.100000001],\n');
  expect(program).toContain('expected = torch.zeros(3, 3)');
});

it('uses the same random rows each time if the activations were deleted', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sae-lab-snippet-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const run = { seed: 3, activationsId: 'deleted', config: {} };
  const shared = { run, activations: undefined } as unknown as SharedRun;
  const rows = await sampleRows(shared, SAE, dataDir);
  expect(rows.origin).toContain('not on disk');
  expect(rows.x).toHaveLength(3 * 2);
  expect(await sampleRows(shared, SAE, dataDir)).toEqual(rows);
});
