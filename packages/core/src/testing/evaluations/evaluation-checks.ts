import { FIGURES, figureOf, HISTOGRAMS } from '@sae-lab/measures';
import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import type { EvaluationDefinition, EvaluationResult } from '../../evaluation/contract.ts';
import type { LatentFeatures } from '../../evaluation/latent-features.ts';
import type { LatentProbe } from '../../evaluation/latent-probe.ts';
import { contextFor, randomSubjects, type EvaluationData } from './evaluation-subjects.ts';

/** Asserts one property of an evaluation. */
export type EvaluationCheck = (
  definition: EvaluationDefinition,
  settings: object,
  data: EvaluationData,
) => Promise<void>;

type Control = Pick<Parameters<EvaluationDefinition['evaluate']>[0], 'signal' | 'onProgress'>;

/** Evaluates the random SAEs in this order. */
async function evaluate(
  definition: EvaluationDefinition,
  settings: object,
  data: EvaluationData,
  order: readonly number[] = [0, 1, 2, 3],
  control: Control = {},
): Promise<{
  results: EvaluationResult[];
  latents: Map<string, LatentFeatures[]>;
  probes: Map<string, LatentProbe[]>;
}> {
  const subjects = randomSubjects(data.store.dIn);
  const latents = new Map<string, LatentFeatures[]>();
  const probes = new Map<string, LatentProbe[]>();
  const context = {
    ...contextFor(
      definition,
      data,
      order.map((place) => subjects[place]!),
    ),
    ...control,
    onFeatures: async (id: string, some: readonly LatentFeatures[]) => {
      latents.set(id, [...(latents.get(id) ?? []), ...some]);
    },
    onProbes: async (id: string, some: readonly LatentProbe[]) => {
      probes.set(id, [...(probes.get(id) ?? []), ...some]);
    },
  };
  return { results: await definition.evaluate(context, settings), latents, probes };
}

/** Features without the matches in the other SAEs, which depend on what these are. */
const alone = (latents: readonly LatentFeatures[] | undefined): object[] | undefined =>
  latents?.map((features) => ({ ...features, matches: [] }));

export const strictSettings: EvaluationCheck = async (definition) => {
  expect(definition.settings.safeParse({}).success).toBe(true);
  expect(definition.settings.safeParse({ no_such_setting: 1 }).success).toBe(false);
  expect(definition.name).toMatch(/^[a-z][a-z-]*$/);
};

/** The figures that it declares are those that it returns, and `measures` describes them. */
export const declaredFigures: EvaluationCheck = async (definition, settings, data) => {
  const { results } = await evaluate(definition, settings, data);
  expect(results).toHaveLength(4);
  for (const { figures, histograms } of results) {
    expect(Object.keys(figures).toSorted()).toEqual([...definition.figures].toSorted());
    expect(Object.keys(FIGURES)).toEqual(expect.arrayContaining(Object.keys(figures)));
    expect(Object.keys(HISTOGRAMS)).toEqual(expect.arrayContaining(Object.keys(histograms)));
    for (const [key, value] of Object.entries(figures)) {
      // Rounding may put an exact value just beyond its bound.
      const { bounds: [least, most] = [-Infinity, Infinity] } = figureOf(key);
      expect(value < least - 1e-6 || value > most + 1e-6, `${key} is ${value}`).toBe(false);
    }
    for (const { edges, counts } of Object.values(histograms)) expect(edges).toHaveLength(counts.length + 1);
  }
};

export const countsItsData: EvaluationCheck = async (definition, settings, data) => {
  const { results } = await evaluate(definition, settings, data);
  for (const { tokens, documents } of results) {
    if (definition.needs === 'weights') expect([tokens, documents]).toEqual([0, 0]);
    else expect(Math.min(tokens, documents)).toBeGreaterThan(0);
  }
};

/** Whatever else is in the pass, bit for bit. */
export const independentSaes: EvaluationCheck = async (definition, settings, data) => {
  const together = await evaluate(definition, settings, data);
  const reversed = await evaluate(definition, settings, data, [3, 2, 1, 0]);
  expect(reversed.results.toReversed()).toEqual(together.results);
  const single = await evaluate(definition, settings, data, [1]);
  expect(single.results[0]).toEqual(together.results[1]);
  expect(alone(single.latents.get('topk'))).toEqual(alone(together.latents.get('topk')));
  expect(reversed.latents.size).toBe(together.latents.size);
  expect(single.probes.get('topk')).toEqual(together.probes.get('topk'));
  expect(reversed.probes).toEqual(together.probes);
};

export const intervalsContainValues: EvaluationCheck = async (definition, settings, data) => {
  const { results } = await evaluate(definition, settings, data);
  for (const { figures, intervals } of results) {
    for (const [key, { low, high }] of Object.entries(intervals)) {
      expect(low, key).toBeLessThanOrEqual(figures[key]!);
      expect(high, key).toBeGreaterThanOrEqual(figures[key]!);
    }
  }
};

/** Stops with `run.stopped`, at the latest one report of progress later. */
export const stopsWhenAsked: EvaluationCheck = async (definition, settings, data) => {
  const stop = new AbortController();
  let reports = 0;
  const evaluated = evaluate(definition, settings, data, undefined, {
    signal: stop.signal,
    onProgress: () => {
      reports += 1;
      stop.abort();
    },
  });
  if (definition.needs === 'weights') {
    await evaluated.catch((error: unknown) => expect(error).toMatchObject({ code: 'run.stopped' }));
    return;
  }
  await expect(evaluated).rejects.toMatchObject({ code: 'run.stopped' });
  expect(reports).toBeLessThanOrEqual(2);
};

export const reportsProgress: EvaluationCheck = async (definition, settings, data) => {
  const reports: { done: number; total: number }[] = [];
  await evaluate(definition, settings, data, [0], { onProgress: (progress) => reports.push(progress) });
  if (definition.needs !== 'weights') expect(reports.length).toBeGreaterThan(0);
  for (const { done, total } of reports) expect(done).toBeLessThanOrEqual(total);
  expect(reports.map(({ done }) => done)).toEqual(reports.map(({ done }) => done).toSorted((a, b) => a - b));
};

/** Neither when it finishes nor when it is stopped. */
export const leaksNothing: EvaluationCheck = async (definition, settings, data) => {
  const before = tf.memory().numTensors;
  await evaluate(definition, settings, data);
  expect(tf.memory().numTensors).toBe(before);
  const signal = AbortSignal.abort();
  await evaluate(definition, settings, data, undefined, { signal }).catch(() => {});
  expect(tf.memory().numTensors).toBe(before);
};

/** Only an evaluation that says so gives feature data or probes, and then for each latent at most once. */
export const features: EvaluationCheck = async (definition, settings, data) => {
  const { latents, probes } = await evaluate(definition, settings, data);
  expect(latents.size > 0).toBe(definition.features === true);
  expect(probes.size > 0).toBe(definition.probes === true);
  for (const ofSae of [...latents.values(), ...probes.values()]) {
    expect(new Set(ofSae.map(({ latent }) => latent)).size).toBe(ofSae.length);
    expect(() => JSON.stringify(ofSae)).not.toThrow();
  }
};
