import {
  evaluationNamed,
  type EvaluationResult,
  type LatentExample,
  type LatentFeatures,
  type LatentProbe,
} from '@sae-lab/core';
import {
  appendLatents,
  appendProbes,
  beginEvaluation,
  dropUnfinished,
  finishEvaluations,
  type Db,
  type EvaluationRow,
  type NewLatent,
} from '@sae-lab/db';
import type { Provenance } from '../run/provenance.ts';
import { subjectKey, type SubjectToEvaluate } from './evaluated-hook.ts';
import type { EvaluationJob } from './plan-jobs.ts';

/**
 * Writes the results of a job to the database. Readers see nothing of it before it is complete: the latents of one SAE refer
 * to the others, so a job that was killed is made again as a whole.
 */
export interface EvaluationRecorder {
  /** @param id see `subjectKey` */
  addFeatures(id: string, latents: readonly LatentFeatures[]): Promise<void>;
  /** @param id see `subjectKey` */
  addProbes(id: string, probes: readonly LatentProbe[]): Promise<void>;
  finish(results: readonly EvaluationResult[], seconds: number): Promise<EvaluationRow['figures'][]>;
  /** Removes what the job has stored so far. */
  abandon(): Promise<void>;
}

export function recordEvaluations(db: Db, job: EvaluationJob, provenance: Provenance): EvaluationRecorder {
  const { key, on, request, subjects } = job;
  const begun = new Map<string, Promise<number>>();
  const begin = ({ subject }: SubjectToEvaluate): Promise<number> => {
    const id = subjectKey(subject);
    const started =
      begun.get(id) ??
      beginEvaluation(db, {
        ...subject,
        ...key,
        activationsId: evaluationNamed(key.name).needs === 'weights' ? null : on.activations.id,
        settings: { ...request.settings },
        provenance,
      });
    begun.set(id, started);
    return started;
  };
  const subjectOf = (id: string): SubjectToEvaluate =>
    subjects.find(({ subject }) => subjectKey(subject) === id)!;
  return {
    async addFeatures(id, latents) {
      await appendLatents(db, await begin(subjectOf(id)), latents.map(latentRow));
    },
    async addProbes(id, probes) {
      await appendProbes(db, await begin(subjectOf(id)), probes);
    },
    async finish(results, seconds) {
      const measured = results.map(measuredFigures);
      const finished = [];
      for (const [index, { histograms, tokens, documents }] of results.entries()) {
        finished.push({
          evaluationId: await begin(subjects[index]!),
          result: {
            figures: measured[index]!,
            histograms: Object.entries(histograms).map(([name, histogram]) => ({ name, ...histogram })),
            tokens,
            documents,
            seconds: seconds / results.length,
          },
        });
      }
      await finishEvaluations(db, finished);
      return measured;
    },
    async abandon() {
      for (const id of await Promise.all(begun.values())) await dropUnfinished(db, id);
    },
  };
}

function measuredFigures({ figures, intervals }: EvaluationResult): EvaluationRow['figures'] {
  return Object.fromEntries(
    Object.entries(figures).map(([figure, value]) => {
      const { low = null, high = null } = intervals[figure] ?? {};
      return [figure, { value, low, high }];
    }),
  );
}

function latentRow({ latent, density, maxActivation, ...features }: LatentFeatures): NewLatent {
  const { top, bands, raised, lowered, nearest } = features;
  const tokenOf = ({ tokens, at }: LatentExample): string => tokens[at]!;
  const raisedTokens = raised.map(({ token }) => token);
  const examples = [...top, ...bands.flatMap((band) => band.examples)];
  const activeTokens = [...new Set(examples.map(tokenOf))];
  const texts = top.map(({ tokens }) => tokens.join(''));
  return {
    latent,
    density,
    maxActivation,
    topToken: top[0] === undefined ? null : tokenOf(top[0]),
    raisedToken: raised[0]?.token ?? null,
    loweredToken: lowered[0]?.token ?? null,
    maxCosine: nearest[0]?.cosine ?? null,
    raisedTokens,
    activeTokens,
    searchText: [...texts, ...activeTokens, ...raisedTokens].join('\n').toLowerCase(),
    features,
  };
}
