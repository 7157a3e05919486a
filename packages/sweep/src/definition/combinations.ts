import {
  trainingSettings,
  type Hyper,
  type TrainingSettings,
  type Variant,
  type VariantGrid,
} from '@sae-lab/core';
import {
  countCombinations,
  drawsRealNumbers,
  expandAxes,
  isDistribution,
  problemsOfAxis,
  type NamedAxis,
} from './axes.ts';
import { joinPath, problemsOf, type Problem } from './problems.ts';
import { problemsOfHyper } from './unusable-values.ts';

/** One variant with one value for every hyperparameter. */
export interface Combination {
  readonly variant: Variant;
  /** The variant's place in the definition, e.g. `variants[1]`. */
  readonly path: string;
  readonly hyper: Hyper;
  readonly training: TrainingSettings;
}

const LEARNING_RATE = 'training.learningRate';
// A symbol, because a hyperparameter may have any name.
const learningRateKey = Symbol(LEARNING_RATE);

/** Largest number of runs of a sweep. More is a mistake, and would not fit in memory. */
const MAX_RUNS = 100_000;

/**
 * The combinations of all variants, alternating between variants so that each has a result early in the sweep.
 *
 * @param problems receives every problem, so that all are reported together
 */
export function combinationsOf(
  definition: {
    variants: readonly VariantGrid[];
    training: Record<string, unknown>;
    samples: number | undefined;
    sampleSeed: number;
    /** Runs of each combination: hooks × widths × seeds. */
    runsOfEach: number;
  },
  problems: Problem[],
): Combination[] {
  const { learningRate, ...training } = definition.training;
  const learningRates: NamedAxis[] =
    learningRate === undefined
      ? []
      : [{ key: learningRateKey, path: LEARNING_RATE, stream: LEARNING_RATE, axis: learningRate }];

  const refuse = (found: readonly Problem[]): void => {
    for (const problem of found) problems.push(problem);
  };
  const { samples, runsOfEach } = definition;
  const variants = definition.variants
    .map(({ variant, grid }, index) => {
      const path = `variants[${index}]`;
      const axes: NamedAxis[] = [
        ...Object.entries(grid)
          .filter(([, axis]) => axis !== undefined)
          .map(([key, axis]) => ({
            key,
            path: joinPath(path, [key]),
            stream: `${variant.name}.${key}`,
            axis,
          })),
        ...learningRates,
      ];
      const malformed = problemsOfAxes(axes, samples);
      refuse(malformed);
      return { variant, path, axes, malformed };
    })
    .filter(({ malformed }) => malformed.length === 0);
  const count = variants.reduce((sum, { axes }) => sum + countCombinations(axes, samples), 0);
  if (count * runsOfEach > MAX_RUNS) {
    refuse([tooMany(count, runsOfEach)]);
    return [];
  }

  const perVariant = variants.map(({ variant, path, axes }) =>
    expandAxes(axes, definition).flatMap((values) => {
      const { [learningRateKey]: rate, ...hyper } = values;
      const parsedHyper = variant.hyper.safeParse(hyper, { reportInput: true });
      const parsedTraining = trainingSettings.safeParse(
        rate === undefined ? training : { ...training, learningRate: rate },
        { reportInput: true },
      );
      if (!parsedHyper.success) {
        refuse(
          problemsOf(parsedHyper.error, path, variant.hyper).map((problem) => orOfItsDraws(problem, axes)),
        );
      }
      if (!parsedTraining.success) refuse(problemsOf(parsedTraining.error, 'training', trainingSettings));
      if (!parsedHyper.success || !parsedTraining.success) return [];
      refuse(problemsOfHyper(parsedHyper.data, path));
      return [{ variant, path, hyper: parsedHyper.data, training: parsedTraining.data }];
    }),
  );
  return takingTurns(perVariant);
}

/** A hyperparameter that must be an integer and is drawn as a real number: one problem for all of its draws. */
function orOfItsDraws(problem: Problem, axes: readonly NamedAxis[]): Problem {
  const drawn = axes.find(({ path }) => path === problem.field)?.axis;
  if (problem.expected !== 'an integer' || !drawsRealNumbers(drawn)) return problem;
  const { low, high, distribution } = drawn;
  const call = distribution === 'uniform' ? 'uniform' : 'logUniform';
  return {
    field: problem.field!,
    problem: `${call} draws real numbers, but this hyperparameter is an integer`,
    expected: 'choice([...]) of integers',
    received: `${call}(${low}, ${high})`,
    fix: `Write e.g. choice([${integersBetween(low, high).join(', ')}]).`,
  };
}

/** Up to four integers from an interval, spaced evenly in the logarithm. */
function integersBetween(low: number, high: number): number[] {
  const [from, to] = [Math.max(1, Math.ceil(low)), Math.max(1, Math.floor(high))];
  return [...new Set([0, 1, 2, 3].map((i) => Math.round(from * (to / from) ** (i / 3))))];
}

function problemsOfAxes(axes: readonly NamedAxis[], samples: number | undefined): Problem[] {
  const problems = axes.flatMap(problemsOfAxis);
  const drawn = axes.find(({ axis }) => isDistribution(axis));
  return drawn !== undefined && samples === undefined ? [...problems, missingSamples(drawn)] : problems;
}

function tooMany(combinations: number, runsOfEach: number): Problem {
  return {
    field: 'variants',
    problem: `${combinations} combinations, each for ${runsOfEach} hooks, widths and seeds, are too many runs`,
    expected: `at most ${MAX_RUNS} runs`,
    received: `${combinations * runsOfEach}`,
    fix: 'List fewer values, or draw them with choice, uniform or logUniform and set `samples`.',
  };
}

function missingSamples(drawn: NamedAxis): Problem {
  return {
    field: 'samples',
    problem: `is missing, and ${drawn.path} is a distribution`,
    expected: 'the number of draws',
    received: 'nothing',
    fix: 'Add e.g. `samples: 10` to the sweep.',
  };
}

/** [a1, a2], [b1] → a1, b1, a2. */
function takingTurns<T>(lists: readonly (readonly T[])[]): T[] {
  return lists
    .flatMap((list) => list.map((item, turn) => ({ item, turn })))
    .toSorted((a, b) => a.turn - b.turn)
    .map(({ item }) => item);
}
