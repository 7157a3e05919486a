import { evaluationNamed, EVALUATIONS } from '@sae-lab/core';
import { expectedName, SaeLabError } from '@sae-lab/errors';
import type { Requested } from '../../definition/requests.ts';

interface Wanted {
  /** Names; undefined for every evaluation. */
  readonly only: readonly string[] | undefined;
  readonly tokens: number | undefined;
}

/**
 * Refuses names of evaluations that do not exist.
 *
 * @throws {SaeLabError} `evaluation.unknown`
 */
export function requireEvaluations(names: readonly string[] = []): void {
  const known = EVALUATIONS.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new SaeLabError('evaluation.unknown', {
    problem: 'there is no such evaluation',
    field: '--only',
    expected: expectedName(unknown, known),
    received: unknown,
    fix: `The evaluations are ${known.join(', ')}.`,
  });
}

/**
 * The evaluations to make, with the settings that the sweep has for them.
 *
 * @param also the evaluations of the sweep
 * @param hasText whether there is a language model
 * @throws {SaeLabError} `evaluation.needs-text` for one that was named
 */
export function requestsOf(
  { only, tokens }: Wanted,
  also: readonly Requested[],
  hasText: boolean,
): Requested[] {
  const names = only ?? EVALUATIONS.map(({ name }) => name);
  return [...new Set(names)].flatMap((name) => {
    const { needs, settings } = evaluationNamed(name);
    if (needs === 'text' && !hasText) {
      if (only === undefined) return [];
      throw new SaeLabError('evaluation.needs-text', {
        problem: `the evaluation '${name}' needs a language model and its documents`,
        field: '--only',
        received: 'activations without a language model',
        fix: 'Leave it out.',
      });
    }
    const own = also.filter((request) => request.name === name).map((request) => request.settings);
    return (own.length > 0 ? own : [{}]).map((given) => {
      // An evaluation of the weights alone has no tokens to choose.
      const fewer = tokens === undefined ? undefined : settings.safeParse({ ...given, maxTokens: tokens });
      return { name, settings: fewer?.success === true ? fewer.data : settings.parse(given) };
    });
  });
}
