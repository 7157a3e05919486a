import { fileURLToPath } from 'node:url';
import {
  CORE_MATH_VERSION,
  evaluateSae,
  executeRun,
  resolveTraining,
  trainingSettings,
  type Variant,
} from '@sae-lab/core';
import type { ActivationStore } from '@sae-lab/core/activations';
import { useCpuBackend } from '@sae-lab/kernels';
import type { Figures } from '@sae-lab/measures';
import { Conversation } from '../peers/conversation.ts';
import { HOLDOUT, type ExportedRows } from './activations.ts';
import { hyperOf } from './cases.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

/** One SAE to train, by sae-lab or by a peer. */
export interface Job {
  readonly variant: Variant;
  readonly coefficient: number;
  readonly tokens: number;
  readonly seed: number;
  readonly dSae: number;
}

/** Figures of the SAE as saved, on held-out activations. */
export interface Quality extends Readonly<
  Required<Pick<Figures, 'l0' | 'explained_variance' | 'dead_fraction'>>
> {
  /** Measured on the first batch, before the first step. */
  readonly explained_variance_at_start: number;
}

export type Trainer = (job: Job) => Promise<Quality>;

/** The quickstart's settings. */
const TRAINING = { batchSize: 512, learningRate: 3e-3 };
const EVALUATION = { holdout: HOLDOUT };
const SCRIPT = fileURLToPath(new URL('../peers/quality.py', import.meta.url));

/** Trains like `pnpm sweep`. */
export function oursOn(store: ActivationStore, threads: number): Trainer {
  return (job) =>
    inTemporaryFolder(async (runFolder) => {
      const { variant, dSae, seed } = job;
      const hyper = hyperOf(variant, job.coefficient);
      const settings = trainingSettings.parse({ tokens: job.tokens, ...TRAINING });
      const training = resolveTraining(settings, variant, { hyper, dIn: store.dIn, dSae });
      let atStart = Number.NaN;
      const outcome = await executeRun(
        {
          spec: {
            variant: { name: variant.name, mathVersion: variant.mathVersion },
            coreMathVersion: CORE_MATH_VERSION,
            hyper,
            hook: store.hook,
            activationsId: store.id,
            dSae,
            seed,
            training,
            evaluation: EVALUATION,
          },
          variant,
          activationsFolder: store.folder,
          runFolder,
          origin: { modelName: 'neox-1.7m', hookName: store.hook, contextSize: 128, prependBos: false },
          threads,
        },
        {
          signal: new AbortController().signal,
          onEvent(event) {
            const first = event.type === 'curves' ? event.curves['explained_variance'] : undefined;
            if (first?.steps[0] === 0) atStart = first.values[0]!;
          },
        },
      );
      if (outcome.status !== 'finished') throw new Error(`${variant.name}: ${JSON.stringify(outcome)}`);
      return qualityOf(outcome.figures, atStart);
    });
}

/** Trains with SAELens, and evaluates the saved SAE like ours. */
export function saeLensOn(
  store: ActivationStore,
  rows: ExportedRows,
  python: string,
  threads: number,
): Trainer {
  return (job) =>
    inTemporaryFolder(async (folder) => {
      const { warmup, decay, deadAfter } = trainingSettings.parse({ tokens: job.tokens, ...TRAINING });
      // One process per SAE, so that its memory is freed afterwards.
      const talk = new Conversation(python, SCRIPT);
      const { explainedVarianceAtStart } = await talk.ask<{ explainedVarianceAtStart: number }>({
        variant: job.variant.name,
        hyper: hyperOf(job.variant, job.coefficient),
        steps: Math.ceil(job.tokens / TRAINING.batchSize),
        seed: job.seed,
        dSae: job.dSae,
        dIn: store.dIn,
        activations: rows.path,
        scale: rows.scale,
        warmup,
        decay,
        deadAfter,
        threads,
        folder,
        ...TRAINING,
      });
      talk.end();
      await useCpuBackend({ threads });
      const { figures } = await evaluateSae(folder, store, EVALUATION);
      return qualityOf(figures, explainedVarianceAtStart);
    });
}

function qualityOf(figures: Figures, explained_variance_at_start: number): Quality {
  const { l0, explained_variance, dead_fraction } = figures as Required<Figures>;
  return { l0, explained_variance, dead_fraction, explained_variance_at_start };
}
