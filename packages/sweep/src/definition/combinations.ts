import {
  trainingSettings,
  type Hyper,
  type TrainingSettings,
  type Variant,
  type VariantGrid,
} from '@sae-lab/core';
import { countCombinations, expandAxes, isDistribution, problemsOfAxis, type NamedAxis } from './axes.ts';
import { joinPath, problemsOf, type Problem } from './problems.ts';
import { problemsOfHyper } from './unusable-values.ts';

/** One variant with one value for every hyperparameter. */
export interface Combination {
  readonly variant: Variant;
  /** Where the variant stands in the definition, e.g. `variants[1]`. */
  readonly path: string;
  readonly hyper: Hyper;
  readonly training: TrainingSettings;
}

const LEARNING_RATE = 'training.learningRate';
// No name that a hyperparameter may have.
const learningRateKey = Symbol(LEARNING_RATE);

/** Runs of a sweep: more are a slip of the pen, and would fill the memory before they fill a lifetime. */
const MAX_RUNS = 100_000;

/**
 * The combinations of all variants, taking turns, so that each variant has a result early in the sweep.
 * Problems are collected in `problems` rather than thrown, to be reported together.
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
      if (!parsedHyper.success) refuse(problemsOf(parsedHyper.error, path, variant.hyper));
      if (!parsedTraining.success) refuse(problemsOf(parsedTraining.error, 'training', trainingSettings));
      if (!parsedHyper.success || !parsedTraining.success) return [];
      refuse(problemsOfHyper(parsedHyper.data, path));
      return [{ variant, path, hyper: parsedHyper.data, training: parsedTraining.data }];
    }),
  );
  return takingTurns(perVariant);
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
    fix: 'Give fewer values, or draw some with uniform, logUniform or choice and `samples`.',
  };
}

function missingSamples(drawn: NamedAxis): Problem {
  return {
    field: 'samples',
    problem: `is missing, and ${drawn.path} is a distribution`,
    expected: 'the number of values to draw',
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
