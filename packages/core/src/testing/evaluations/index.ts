/** The conformance suite: what every evaluation must do, whatever it measures. */
import { describe, expect, it } from 'vitest';
import type { EvaluationDefinition } from '../../evaluation/contract.ts';
import {
  countsItsData,
  declaredFigures,
  features,
  independentSaes,
  intervalsContainValues,
  leaksNothing,
  reportsProgress,
  stopsWhenAsked,
  strictSettings,
  type EvaluationCheck,
} from './evaluation-checks.ts';
import type { EvaluationData } from './evaluation-subjects.ts';

export { contextFor, evaluationData, randomSubjects, type EvaluationData } from './evaluation-subjects.ts';

export const EVALUATION_CHECKS = {
  'has strict settings with a default for each': strictSettings,
  'returns the figures that it declares': declaredFigures,
  'counts tokens and documents': countsItsData,
  'does not depend on the SAEs that share the pass': independentSaes,
  'has intervals around the values': intervalsContainValues,
  'reports progress': reportsProgress,
  'stops within a batch': stopsWhenAsked,
  'leaks no tensors': leaksNothing,
  'gives feature data if it says so': features,
} satisfies Record<string, EvaluationCheck>;

/**
 * Registers every check for an evaluation.
 *
 * @param given settings that keep the checks short, e.g. `{ maxTokens: 400 }`
 * @param data the data of the tests, once they run
 */
export function testEvaluation(
  definition: EvaluationDefinition,
  given: object,
  data: () => EvaluationData,
): void {
  describe(definition.name, () => {
    it.for(Object.entries(EVALUATION_CHECKS))('%s', async ([, check]) => {
      const settings = definition.settings.parse(given);
      await expect(check(definition, settings, data())).resolves.toBeUndefined();
    });
  });
}
