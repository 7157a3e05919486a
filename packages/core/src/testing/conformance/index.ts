/** What every variant must do, whatever its mathematics. */
import { describe, expect, it } from 'vitest';
import type { Hyper, Variant } from '../../variant/contract.ts';
import { decodesAsItsLoss, jsonHyper, seededInit, wellFormed } from './contract-checks.ts';
import { logsItsCurves } from './curve-check.ts';
import { exportsWhatItTrained } from './export-checks.ts';
import { finiteDifferences, gradientsExist, sparseEqualsDense } from './gradient-checks.ts';
import { DENSE_ONLY } from '../device.ts';
import type { Check } from './subject.ts';
import { startsFairly } from './start-check.ts';
import { decoderNorm, isPure, leaksNothing, learns, lowestIndex, resumes } from './training-checks.ts';

export const CHECKS = {
  'is well formed': wellFormed,
  'has hyperparameters that survive JSON, and no others': jsonHyper,
  'is initialised by its seed': seededInit,
  'starts no worse than the mean': startsFairly,
  'decodes as its loss has it': decodesAsItsLoss,
  'has a finite gradient for every parameter': gradientsExist,
  'has the gradients that finite differences find': finiteDifferences,
  'is the same on dense and sparse codes': sparseEqualsDense,
  'logs the curves that it declares': logsItsCurves,
  'gives ties to the lowest index': lowestIndex,
  'leaves parameters and activations alone': isPure,
  'leaks no tensor': leaksNothing,
  'learns, the same way each time': learns,
  'keeps the decoder norm of its roles': decoderNorm,
  'goes on from a checkpoint to the same bits': resumes,
  'exports what it trained': exportsWhatItTrained,
} satisfies Record<string, Check>;

/**
 * Registers every check for a variant at each of the hyperparameters.
 *
 * @param hypers as an experiment gives them, e.g. `{ k: 5 }`; at most the width of 29 latents
 */
export function testConformance(variant: Variant, hypers: readonly Hyper[]): void {
  describe.each(hypers)(`${variant.name} %j`, (input) => {
    it.for(Object.entries(CHECKS))('%s', async ([, check], { skip }) => {
      skip(check === sparseEqualsDense && DENSE_ONLY !== undefined, DENSE_ONLY);
      await expect(check(variant, variant.hyper.parse(input))).resolves.toBeUndefined();
    });
  });
}
