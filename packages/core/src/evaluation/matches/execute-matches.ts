import { useDevice } from '@sae-lab/kernels';
import type { EvaluationContext } from '../contract.ts';
import { heldOutActivations, type ExecuteEvaluationArgs } from '../execute-evaluation.ts';
import { loadSubject, requireUsable } from '../subject-source.ts';
import type { MatchSettings, SaeMatches } from './contract.ts';
import { matchSaes } from './match-saes.ts';

/** A pair of SAEs of one hook to match, as JSON. */
export interface ExecuteMatchesArgs extends Pick<
  ExecuteEvaluationArgs,
  'hook' | 'dIn' | 'dataDir' | 'threads'
> {
  readonly pair: readonly [
    ExecuteEvaluationArgs['subjects'][number],
    ExecuteEvaluationArgs['subjects'][number],
  ];
  readonly activations: NonNullable<ExecuteEvaluationArgs['activations']>;
  readonly settings: MatchSettings;
}

/**
 * Matches two SAEs on the CPU, as {@link matchSaes} does.
 *
 * @throws {SaeLabError} `run.nothing-held-out`, `run.stopped`, `sae.*`, `activations.*`
 */
export async function executeMatches(
  { pair, activations: place, settings, hook, dIn, threads }: ExecuteMatchesArgs,
  { signal, onProgress }: Pick<EvaluationContext, 'signal' | 'onProgress'>,
): Promise<SaeMatches> {
  await useDevice({ device: 'cpu', threads });
  const activations = await heldOutActivations(place);
  const load = async ({ label, source }: (typeof pair)[number]) => {
    const sae = await loadSubject(source, { activations, signal });
    requireUsable(sae, label, { hook, dIn });
    return sae;
  };
  const [a, b] = [await load(pair[0]), await load(pair[1])];
  return matchSaes(a, b, { activations, signal, onProgress }, settings);
}
