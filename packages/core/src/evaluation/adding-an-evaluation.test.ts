/** The evaluation at the top of docs/adding-an-evaluation.md compiles without a written type, and conforms. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useCpuBackend } from '@sae-lab/kernels';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CORPUS, MODEL } from '../activations/test-support.ts';
import {
  contextFor,
  evaluationData,
  randomSubjects,
  testEvaluation,
  type EvaluationData,
} from '../testing/evaluations/index.ts';
import type { EvaluationDefinition } from './contract.ts';
import { reconstruction } from './reconstruction/reconstruction.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const page = readFileSync(join(ROOT, 'docs/adding-an-evaluation.md'), 'utf8');
const source = /^```ts\n(.*?)^```/ms.exec(page)![1]!;

// Where its imports lead.
const folder = join(import.meta.dirname, `.test-data-${process.pid}`);
mkdirSync(folder);
writeFileSync(join(folder, 'evaluation.ts'), source);
const tsconfig = { extends: join(ROOT, 'tsconfig.base.json'), include: ['evaluation.ts'] };
writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
const dataDir = mkdtempSync(join(tmpdir(), 'sae-lab-evaluations-'));
afterAll(() => {
  for (const made of [folder, dataDir]) rmSync(made, { recursive: true });
});

const { firing } = (await import(join(folder, 'evaluation.ts'))) as { firing: EvaluationDefinition };
let data: EvaluationData | undefined;

beforeAll(async () => {
  await useCpuBackend({ threads: 1 });
  data = await evaluationData(
    {
      model: MODEL,
      dataset: { ...CORPUS, documents: 30 },
      hooks: ['blocks.1.hook_mlp_out'],
      settings: { context: 'truncate', maxTokens: 32 },
      dataDir,
    },
    1,
  );
});

describe('the evaluation in docs/adding-an-evaluation.md', () => {
  it('has at most 50 lines and no explicit type', () => {
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(50);
    expect(source).not.toMatch(/defineEvaluation</);
  });

  it('compiles', () => {
    const { stdout } = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), ['--noEmit', '-p', folder]);
    expect(stdout.toString()).toBe('');
  });

  it('agrees with the evaluation that ships', async () => {
    const saes = randomSubjects(data!.store.dIn);
    const own = await firing.evaluate(contextFor(firing, data!, saes), { maxTokens: 300 });
    const shipped = await reconstruction.evaluate(contextFor(reconstruction, data!, saes), {
      maxTokens: 300,
    });
    for (const [index, { figures, intervals, tokens, documents }] of own.entries()) {
      expect(figures['l0']).toBeCloseTo(shipped[index]!.figures['l0']!, 12);
      expect(intervals['l0']!.low).toBeCloseTo(shipped[index]!.intervals['l0']!.low, 10);
      expect([tokens, documents]).toEqual([shipped[index]!.tokens, shipped[index]!.documents]);
    }
  });

  testEvaluation(firing, { maxTokens: 400 }, () => data!);
});
