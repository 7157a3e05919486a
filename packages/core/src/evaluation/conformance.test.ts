/** Every registered evaluation passes the conformance suite. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useCpuBackend } from '@sae-lab/kernels';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CORPUS, MODEL } from '../activations/test-support.ts';
import {
  EVALUATION_CHECKS,
  evaluationData,
  testEvaluation,
  type EvaluationData,
} from '../testing/evaluations/index.ts';
import { defineEvaluation, type EvaluationDefinition } from './contract.ts';
import { EVALUATIONS } from './registry.ts';

const TOKENS = 500;
const dataDir = mkdtempSync(join(tmpdir(), 'sae-lab-evaluations-'));
let data: EvaluationData | undefined;

beforeAll(async () => {
  await useCpuBackend({ threads: 1 });
  data = await evaluationData(
    {
      model: MODEL,
      dataset: { ...CORPUS, documents: 60 },
      hooks: ['blocks.1.hook_resid_post'],
      // Many short documents, so that there are intervals.
      settings: { context: 'truncate', maxTokens: 48, batchTokens: 256 },
      dataDir,
    },
    1,
  );
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/** Fewer tokens, where the evaluation lets the user choose. */
function shortSettings({ settings }: EvaluationDefinition): object {
  return settings.safeParse({ maxTokens: TOKENS }).success ? { maxTokens: TOKENS } : {};
}

for (const definition of EVALUATIONS) {
  testEvaluation(definition, shortSettings(definition), () => data!);
}

it('gives every evaluation its own name', () => {
  expect(new Set(EVALUATIONS.map(({ name }) => name)).size).toBe(EVALUATIONS.length);
});

describe('the suite', () => {
  const sound: EvaluationDefinition = EVALUATIONS[0]!;
  /** The first evaluation, changed. */
  const changed = (evaluate: EvaluationDefinition['evaluate'], more: Partial<EvaluationDefinition> = {}) =>
    defineEvaluation({ ...sound, ...more, evaluate });
  const fails = (check: keyof typeof EVALUATION_CHECKS, definition: EvaluationDefinition) =>
    expect(EVALUATION_CHECKS[check](definition, shortSettings(definition), data!)).rejects.toThrow();

  it('notices undeclared figures', () =>
    fails('returns the figures that it declares', { ...sound, figures: ['l0'] }));

  it('notices loose settings', () =>
    fails('has strict settings with a default for each', { ...sound, settings: z.object({}) }));

  it('notices an SAE that affects another one', () =>
    fails(
      'does not depend on the SAEs that share the pass',
      changed(async (context, settings) =>
        (await sound.evaluate(context, settings)).map((result) => ({
          ...result,
          figures: { ...result.figures, l0: result.figures['l0']! + context.saes.length },
        })),
      ),
    ));

  it('notices an interval that misses its value', () =>
    fails(
      'has intervals around the values',
      changed(async (context, settings) =>
        (await sound.evaluate(context, settings)).map((result) => ({
          ...result,
          intervals: { l0: { low: -2, high: -1 } },
        })),
      ),
    ));

  it('notices an evaluation that does not stop', () =>
    fails(
      'stops within a batch',
      changed(({ signal: _, ...context }, settings) => sound.evaluate(context, settings)),
    ));

  it('notices missing and undeclared feature data', async () => {
    await fails('gives feature data if it says so', { ...sound, features: true });
  });
});
