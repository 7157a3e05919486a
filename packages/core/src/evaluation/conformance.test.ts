/** Every registered evaluation passes the conformance suite. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useCpuBackend } from '@sae-lab/kernels';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { synthesizeActivations } from '../activations/index.ts';
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
/** Activations whose truth is known. */
let synthetic: EvaluationData | undefined;

beforeAll(async () => {
  await useCpuBackend({ threads: 1 });
  data = await evaluationData(
    {
      model: MODEL,
      dataset: { ...CORPUS, documents: 120 },
      hooks: ['blocks.1.hook_resid_post'],
      // Many short documents, so that there are intervals.
      settings: { context: 'truncate', maxTokens: 48, batchTokens: 256 },
      dataDir,
    },
    1,
  );
  const store = await synthesizeActivations(
    { kind: 'synthetic', features: 60, dIn: 32, active: 3, rows: 2000, hierarchy: { children: 2 } },
    dataDir,
  );
  synthetic = { ...data, store };
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/** Fewer tokens, where the evaluation lets the user choose. */
function shortSettings({ name, settings }: EvaluationDefinition): object {
  // Enough of at least two letters.
  if (name === 'absorption') return { maxTokens: 4000, perLetter: 40 };
  return settings.safeParse({ maxTokens: TOKENS }).success ? { maxTokens: TOKENS } : {};
}

for (const definition of EVALUATIONS) {
  testEvaluation(definition, shortSettings(definition), () =>
    definition.name === 'truth' ? synthetic! : data!,
  );
}

it('gives every evaluation its own name', () => {
  expect(new Set(EVALUATIONS.map(({ name }) => name)).size).toBe(EVALUATIONS.length);
});

describe('the suite', () => {
  const sound: EvaluationDefinition = EVALUATIONS[0]!;
  /** The first evaluation, changed. */
  const changed = (evaluate: EvaluationDefinition['evaluate'], more: Partial<EvaluationDefinition> = {}) =>
    defineEvaluation({ ...sound, ...more, evaluate });
  type Check = keyof typeof EVALUATION_CHECKS;

  it.each<[string, Check, EvaluationDefinition]>([
    ['undeclared figures', 'returns the figures that it declares', { ...sound, figures: ['l0'] }],
    ['loose settings', 'has strict settings with a default for each', { ...sound, settings: z.object({}) }],
    [
      'an SAE that affects another one',
      'does not depend on the SAEs that share the pass',
      changed(async (context, settings) =>
        (await sound.evaluate(context, settings)).map((result) => ({
          ...result,
          figures: { ...result.figures, l0: result.figures['l0']! + context.saes.length },
        })),
      ),
    ],
    [
      'an interval that misses its value',
      'has intervals around the values',
      changed(async (context, settings) =>
        (await sound.evaluate(context, settings)).map((result) => ({
          ...result,
          intervals: { l0: { low: -2, high: -1 } },
        })),
      ),
    ],
    [
      'an evaluation that does not stop',
      'stops within a batch',
      changed((context, settings) => {
        const { signal: _, ...rest } = context;
        return sound.evaluate(rest, settings);
      }),
    ],
    ['missing feature data', 'gives feature data if it says so', { ...sound, features: true }],
  ])('notices %s', async (_, check, definition) => {
    const checked = EVALUATION_CHECKS[check](definition, shortSettings(definition), data!);
    await expect(checked).rejects.toHaveProperty('name', 'AssertionError');
  });
});
