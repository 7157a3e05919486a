import {
  trainingSettings,
  type Hyper,
  type TrainingSettings,
  type Variant,
  type VariantGrid,
} from '@sae-lab/core';
import { expandAxes, isDistribution, problemsOfAxis, type NamedAxis } from './axes.ts';
import { problemsOf, type Problem } from './problems.ts';

/** One variant with one value for every hyperparameter. */
export interface Combination {
  readonly variant: Variant;
  /** Where the variant stands in the definition, e.g. `variants[1]`. */
  readonly path: string;
  readonly hyper: Hyper;
  readonly training: TrainingSettings;
}

const LEARNING_RATE = 'training.learningRate';

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
  },
  problems: Problem[],
): Combination[] {
  const { learningRate, ...training } = definition.training;
  const learningRates: NamedAxis[] =
    learningRate === undefined
      ? []
      : [{ key: LEARNING_RATE, path: LEARNING_RATE, stream: LEARNING_RATE, axis: learningRate }];

  const perVariant = definition.variants.map(({ variant, grid }, index) => {
    const path = `variants[${index}]`;
    const axes: NamedAxis[] = [
      ...Object.entries(grid)
        .filter(([, axis]) => axis !== undefined)
        .map(([key, axis]) => ({ key, path: `${path}.${key}`, stream: `${variant.name}.${key}`, axis })),
      ...learningRates,
    ];
    const malformed = axes.flatMap(problemsOfAxis);
    const drawn = axes.find(({ axis }) => isDistribution(axis));
    if (drawn !== undefined && definition.samples === undefined) malformed.push(missingSamples(drawn));
    if (malformed.length > 0) {
      problems.push(...malformed);
      return [];
    }
    return expandAxes(axes, definition).flatMap((values) => {
      const { [LEARNING_RATE]: rate, ...hyper } = values;
      const parsedHyper = variant.hyper.safeParse(hyper, { reportInput: true });
      const parsedTraining = trainingSettings.safeParse(
        rate === undefined ? training : { ...training, learningRate: rate },
        { reportInput: true },
      );
      if (!parsedHyper.success) problems.push(...problemsOf(parsedHyper.error, path, variant.hyper));
      if (!parsedTraining.success)
        problems.push(...problemsOf(parsedTraining.error, 'training', trainingSettings));
      if (!parsedHyper.success || !parsedTraining.success) return [];
      return [{ variant, path, hyper: parsedHyper.data as Hyper, training: parsedTraining.data }];
    });
  });
  return takingTurns(perVariant);
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
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, turn) =>
    lists.flatMap((list) => list.slice(turn, turn + 1)),
  ).flat();
}
