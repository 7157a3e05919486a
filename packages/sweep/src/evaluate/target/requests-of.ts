import { evaluationNamed, EVALUATIONS, missingNeed } from '@sae-lab/core';
import { expectedName, SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';
import type { Requested } from '../../definition/requests.ts';
import type { SourceDefinition } from '../../plan/activations-source.ts';

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
 * The evaluations to make, with the settings that the sweep has for them. Those that the data do not allow are left out,
 * unless they were named.
 *
 * @param also the evaluations of the sweep
 * @param source what the activations come from
 * @param warn called for each evaluation that is left out
 * @throws {SaeLabError} `evaluation.needs-text` or `evaluation.no-truth` for one that was named; `evaluation.no-data` for
 *   settings that another version of sae-lab stored
 */
export function requestsOf(
  { only, tokens }: Wanted,
  { also, source }: { also: readonly Requested[]; source: Pick<SourceDefinition, 'dataset'> },
  warn: (sentence: string) => void,
): Requested[] {
  const names = only ?? EVALUATIONS.map(({ name }) => name);
  return [...new Set(names)].flatMap((name) => {
    const definition = evaluationNamed(name);
    const missing = missingNeed(definition, source.dataset);
    if (missing !== undefined && only === undefined) {
      warn(`The evaluation '${name}' is left out: it needs ${missing.what}.`);
      return [];
    }
    if (missing !== undefined) {
      throw new SaeLabError(missing.code, {
        problem: `the evaluation '${name}' needs ${missing.what}`,
        field: '--only',
        received: `activations of the dataset kind '${source.dataset.kind}'`,
        fix: 'Leave it out.',
      });
    }
    const { settings } = definition;
    const own = also.filter((request) => request.name === name).map((request) => request.settings);
    return (own.length > 0 ? own : [{}]).map((given) => {
      // An evaluation of the weights alone has no tokens to choose.
      const fewer = tokens === undefined ? undefined : settings.safeParse({ ...given, maxTokens: tokens });
      return { name, settings: fewer?.success === true ? fewer.data : readStored(definition, given) };
    });
  });
}

function readStored({ name, settings }: (typeof EVALUATIONS)[number], given: object): object {
  const parsed = settings.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new SaeLabError('evaluation.no-data', {
    problem: `the settings that the sweep stored for the evaluation '${name}' cannot be used: ${z.prettifyError(parsed.error)}`,
    field: 'evaluation.also',
    fix: 'Run `pnpm sweep` with its experiment again, which stores the settings.',
    cause: parsed.error,
  });
}
