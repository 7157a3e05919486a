import { SPLIT_SEED } from '../../activations/index.ts';
import { defineEvaluation, type EvaluationContext, type EvaluationResult } from '../contract.ts';
import type { LatentFeatures } from '../latent-features.ts';
import { chooseLatents } from './choose-latents.ts';
import { describeLatent } from './describe-latents.ts';
import { featureSettings, type FeatureSettings } from './feature-settings.ts';
import { openDirections, type LatentDirections } from './latent-directions.ts';
import { LatentStatistics } from './latent-statistics.ts';
import { planPasses, type PassPart } from './plan-passes.ts';
import { readPass, type PassLength } from './read-pass.ts';

/** Latents that are delivered at once. */
const DELIVERED = 128;

/**
 * The data of a page about each latent: see {@link LatentFeatures}. One pass over the held-out text counts all SAEs of the
 * hook. If their statistics exceed `maxMemoryMb`, the text is read several times, with the same result.
 *
 * @throws {SaeLabError} `evaluation.text-changed`, `evaluation.unknown-latent`, `evaluation.too-little-memory`,
 *   `run.nothing-held-out`, `activations.not-finite`, `model.*`, `hub.*`, `run.stopped`
 */
export const features = defineEvaluation({
  name: 'features',
  version: 2,
  meaning: 'What each latent does: examples, activations, tokens that it raises and similar latents.',
  needs: 'text',
  settings: featureSettings,
  figures: [],
  features: true,
  evaluate,
});

async function evaluate(context: EvaluationContext, settings: FeatureSettings): Promise<EvaluationResult[]> {
  const { saes, warn } = context;
  const chosen = chooseLatents(context, settings);
  const bytesPerLatent = LatentStatistics.bytesPerLatent(settings);
  const plan = (latents: readonly Int32Array[]): PassPart[][] =>
    planPasses(saes, latents, { bytesPerLatent, maxMemoryMb: settings.maxMemoryMb });
  // Settings that cannot work fail before anything is read.
  const passesToCome = plan(chosen.counts.map((count) => new Int32Array(count))).length;
  if (passesToCome > 1) {
    warn?.(
      `the text is read ${passesToCome} times, because the latents need more than ${settings.maxMemoryMb} MB`,
    );
  }
  const onRows = await progress(context, settings, chosen.passes + passesToCome);
  const latents = await chosen.find(onRows);
  const directions = await openDirections(context, settings);
  let length: PassLength = { rows: 0, documents: 0 };
  try {
    for (const parts of plan(latents)) {
      const statistics = parts.map(
        (part) => new LatentStatistics(part.subject.sae.dSae, part.latents, settings),
      );
      const counters = parts.map(({ subject }, i) => ({
        subject,
        add: statistics[i]!.add.bind(statistics[i]!),
      }));
      length = await readPass(context, counters, settings.maxTokens, onRows);
      for (const [i, part] of parts.entries()) {
        await deliver(context, settings, part, { statistics: statistics[i]!, rows: length.rows, directions });
      }
    }
  } finally {
    await directions.close();
  }
  const { rows: tokens, documents } = length;
  return saes.map(() => ({ figures: {}, intervals: {}, histograms: {}, tokens, documents }));
}

async function deliver(
  { onFeatures, text }: EvaluationContext,
  settings: FeatureSettings,
  { subject, latents }: PassPart,
  found: {
    readonly statistics: LatentStatistics;
    readonly rows: number;
    readonly directions: LatentDirections;
  },
): Promise<void> {
  const { tokenizer } = text!.model;
  const tokenText = (id: number): string => tokenizer.tokenText(id) ?? `<${id}>`;
  let index = 0;
  for await (const described of found.directions.describe(subject, latents)) {
    for (let start = 0; start < described.length; start += DELIVERED) {
      const batch = described.slice(start, start + DELIVERED).map((inWeights): LatentFeatures => {
        const inText = describeLatent(found.statistics, index++, found.rows, settings, tokenText);
        return { ...inText, ...inWeights };
      });
      await onFeatures?.(subject.id, batch);
    }
  }
}

/** Reports the rows of all passes together. */
async function progress(
  { activations, onProgress }: EvaluationContext,
  { maxTokens }: FeatureSettings,
  passes: number,
): Promise<(rows: number) => void> {
  const { store, holdout } = activations!;
  const heldOut = await store.countRows({ holdout, seed: SPLIT_SEED, part: 'held-out' });
  const total = passes * Math.min(maxTokens, heldOut);
  let done = 0;
  return (rows) => {
    done += rows;
    onProgress?.({ done, total, unit: 'tokens' });
  };
}
