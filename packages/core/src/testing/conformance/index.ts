/** The conformance suite: what every variant must do, whatever its mathematics. */
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
  'has hyperparameters that survive JSON, and refuses others': jsonHyper,
  'is initialised from its seed': seededInit,
  'starts no worse than the mean of the activations': startsFairly,
  'decodes as its loss assumes': decodesAsItsLoss,
  'has a finite gradient for every parameter': gradientsExist,
  'has gradients that match finite differences': finiteDifferences,
  'computes the same with dense and sparse codes': sparseEqualsDense,
  'logs the curves that it declares': logsItsCurves,
  'breaks ties by the lowest index': lowestIndex,
  'does not change parameters or activations': isPure,
  'leaks no tensors': leaksNothing,
  'learns, deterministically': learns,
  'keeps the decoder norm that its roles declare': decoderNorm,
  'resumes from a checkpoint bit for bit': resumes,
  'saves what it trained': exportsWhatItTrained,
} satisfies Record<string, Check>;

/**
 * Registers every check for a variant, once for each set of hyperparameters.
 *
 * @param hypers as in an experiment, for a width of 29 latents
 * @example testConformance(topk.variant, [{ k: 5 }, { k: 29 }]);
 */
export function testConformance(variant: Variant, hypers: readonly Hyper[]): void {
  describe.each(hypers)(`${variant.name} %j`, (input) => {
    it.for(Object.entries(CHECKS))('%s', async ([, check], { skip }) => {
      skip(check === sparseEqualsDense && DENSE_ONLY !== undefined, DENSE_ONLY);
      await expect(check(variant, variant.hyper.parse(input))).resolves.toBeUndefined();
    });
  });
}
