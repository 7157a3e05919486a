import { evaluationNamed, missingNeed, type VariantGrid } from '@sae-lab/core';
import { SaeLabError } from '@sae-lab/errors';
import { combinationsOf } from './combinations.ts';
import { isPath } from './is-path.ts';
import { invalidSweep, problemsOf, type Problem } from './problems.ts';
import { schemaOf } from './schema.ts';
import type { SweepDefinition, SweepInput } from './sweep-input.ts';
import { problemsOfTexts } from './unusable-values.ts';

const LONGEST_VARIANT = 200;

const defined = new WeakSet<object>();

/**
 * Defines a sweep. An experiment file exports it as its default.
 *
 * @throws {SaeLabError} `sweep.invalid`, which lists every problem with its path
 *
 * @example
 * export default defineSweep({
 *   name: 'my-question',
 *   model: '../models/neox-1.7m',
 *   dataset: { kind: 'jsonl', path: '../models/corpus/public-domain-en.jsonl.gz' },
 *   hooks: ['blocks.2.hook_mlp_out'],
 *   variants: [topk({ k: [16, 32] })],
 *   widths: [1024],
 *   seeds: [0, 1, 2],
 *   training: { tokens: 300_000 },
 * });
 */
export function defineSweep(input: SweepInput): SweepDefinition {
  const given = withDatasetKind(input);
  const schema = schemaOf(given);
  const parsed = schema.safeParse(given, { reportInput: true });
  if (!parsed.success) throw invalidSweep(problemsOf(parsed.error, '', schema));
  const { variants, training, samples, sampleSeed, ...rest } = parsed.data;

  const problems: Problem[] = [
    ...namesakes(variants),
    ...impossible(rest),
    ...Object.entries(rest).flatMap(([field, value]) => problemsOfTexts(value, field)),
    ...variants.flatMap(({ variant }, index) =>
      problemsOfName(variant.name, `variants[${index}].variant.name`),
    ),
  ];
  const runsOfEach = (rest.hooks?.length ?? 1) * rest.widths.length * rest.seeds.length;
  const combinations = combinationsOf({ variants, training, samples, sampleSeed, runsOfEach }, problems);
  if (problems.length > 0) throw invalidSweep(problems);

  const definition: SweepDefinition = { ...rest, combinations };
  defined.add(definition);
  return definition;
}

/** Turns a dataset's name or path into an object with a kind. */
function withDatasetKind(input: SweepInput): unknown {
  const { dataset } = (input ?? {}) as { dataset?: unknown };
  if (typeof dataset !== 'string') return input;
  return {
    ...input,
    dataset: isPath(dataset) ? { kind: 'files', path: dataset } : { kind: 'hub', id: dataset },
  };
}

/** Whether `defineSweep` returned this value. */
export function isSweepDefinition(value: unknown): value is SweepDefinition {
  return typeof value === 'object' && value !== null && defined.has(value);
}

/**
 * The variant of a run, by its name.
 *
 * @throws {SaeLabError} `sweep.variant-gone`
 */
export function variantOf(
  definition: SweepDefinition,
  name: string,
): SweepDefinition['combinations'][number]['variant'] {
  const found = definition.combinations.find(({ variant }) => variant.name === name);
  if (found !== undefined) return found.variant;
  throw new SaeLabError('sweep.variant-gone', {
    problem: 'the experiment no longer has the variant of this run',
    expected: name,
    fix: 'The file changed while the sweep ran. Start the sweep again.',
  });
}

/** The database indexes the name, so its length is limited. */
function problemsOfName(name: string, field: string): Problem[] {
  const problems = problemsOfTexts(name, field);
  if (name.length <= LONGEST_VARIANT) return problems;
  const expected = `at most ${LONGEST_VARIANT} characters`;
  return [...problems, { field, problem: 'is too long', expected, received: `${name.length}` }];
}

/** Finds evaluations that the data of the sweep do not allow. */
function impossible({ dataset, evaluation }: Pick<SweepDefinition, 'dataset' | 'evaluation'>): Problem[] {
  return evaluation.also.flatMap(({ name }, index) => {
    const missing = missingNeed(evaluationNamed(name), dataset);
    if (missing === undefined) return [];
    return [
      {
        field: `evaluation.also[${index}]`,
        problem: `needs ${missing.what}`,
        expected: `an evaluation that a dataset of kind '${dataset.kind}' allows`,
        received: name,
        fix: 'Remove it.',
      },
    ];
  });
}

/** Finds different variants with the same name: runs, tables and the database identify a variant by its name. */
function namesakes(variants: readonly VariantGrid[]): Problem[] {
  const first = new Map<string, number>();
  return variants.flatMap(({ variant }, index) => {
    const earlier = first.get(variant.name);
    if (earlier === undefined) first.set(variant.name, index);
    if (earlier === undefined || variants[earlier]?.variant === variant) return [];
    return [
      {
        field: `variants[${index}]`,
        problem: `has the same name as variants[${earlier}] but is another variant`,
        expected: 'one variant per name',
        received: variant.name,
      },
    ];
  });
}
