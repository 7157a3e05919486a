import type { LatentFeatures } from '@sae-lab/core';
import {
  costOfExplanations,
  explainedLatents,
  firingLatents,
  isLatentExplained,
  latentOf,
  saveExplanation,
  type Claims,
  type Db,
} from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import { ask, type Cost, type Endpoint, type Retries } from './chat.ts';
import { balancedAccuracy, detectionSet } from './detection-set.ts';
import { decisionsIn, detectionPrompt, labelIn, labelPrompt, PROMPT_VERSION } from './prompts.ts';

const LABEL_TOKENS = 60;
const DECISION_TOKENS = 200;

export interface ExplainOptions {
  readonly endpoint: Endpoint;
  /** So that two processes do not ask for the same latent. */
  readonly claims: Pick<Claims, 'claimEvaluation' | 'releaseEvaluation'>;
  /** At most this number of latents. */
  readonly limit: number;
  /** Latents that are explained at once. */
  readonly atOnce: number;
  readonly retries?: Retries | undefined;
  readonly onExplained?: (explained: { latent: number; label: string; score: number | null }) => void;
  /** A latent that failed; the others continue. */
  readonly onFailed?: (latent: number, error: SaeLabError) => void;
}

export interface ExplainCounts extends Cost {
  readonly explained: number;
  readonly failed: number;
  /** Explained before by this model with these prompts. */
  readonly skipped: number;
  /** Another process is explaining them. */
  readonly elsewhere: number;
  /** Of all stored explanations by this model with these prompts. */
  readonly stored: Cost;
}

/**
 * Labels the latents of an evaluation `features`, the strongest first, and scores each label by detection on texts that it
 * was not written from. Each explanation is stored as soon as it is there, and is not asked for again. Several processes may
 * explain the same latents: each latent is asked for by one of them, and those of a process that died by the next one.
 *
 * Source of the score: Paulo et al., "Automatically interpreting millions of features in large language models", 2024.
 *
 * @throws {SaeLabError} `explain.refused`; `explain.unavailable` if no latent could be explained
 */
export async function explainLatents(
  db: Db,
  evaluationId: number,
  options: ExplainOptions,
): Promise<ExplainCounts> {
  const { endpoint, claims, limit, atOnce, onExplained, onFailed } = options;
  const key = { evaluationId, model: endpoint.model, promptVersion: PROMPT_VERSION };
  const known = await explainedLatents(db, key);
  const wanted = (await firingLatents(db, evaluationId)).slice(0, limit);
  const queue = wanted.filter((latent) => !known.has(latent));
  const total = { promptTokens: 0, completionTokens: 0, explained: 0, failed: 0, elsewhere: 0 };
  let skipped = wanted.length - queue.length;
  const next = queue.values();
  let refused: SaeLabError | undefined;
  let last: SaeLabError | undefined;
  const work = async (): Promise<void> => {
    // One iterator for all: each takes the next latent.
    for (const latent of next) {
      if (refused !== undefined) return;
      const claimed = `explain ${JSON.stringify([evaluationId, latent, key.model, key.promptVersion])}`;
      if (!(await claims.claimEvaluation(claimed))) {
        total.elsewhere += 1;
        continue;
      }
      try {
        // Another process may have explained it since the start.
        if (await isLatentExplained(db, { ...key, latent })) {
          skipped += 1;
          continue;
        }
        const features = (await latentOf(db, evaluationId, latent))!.features as unknown as LatentFeatures;
        const found = await explain({ ...features, latent }, options, (cost) => {
          total.promptTokens += cost.promptTokens;
          total.completionTokens += cost.completionTokens;
        });
        await saveExplanation(db, { ...key, latent, ...found });
        total.explained += 1;
        onExplained?.({ latent, label: found.label, score: found.score });
      } catch (error) {
        if (!(error instanceof SaeLabError)) throw error;
        if (error.code !== 'explain.unavailable') {
          refused = error;
          return;
        }
        last = error;
        total.failed += 1;
        onFailed?.(latent, error);
      } finally {
        await claims.releaseEvaluation(claimed);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, queue.length) }, work));
  if (refused !== undefined) throw refused;
  if (last !== undefined && total.explained === 0) throw last;
  return { ...total, skipped, stored: await costOfExplanations(db, key) };
}

async function explain(
  features: LatentFeatures,
  { endpoint, retries }: ExplainOptions,
  onCost: (cost: Cost) => void,
): Promise<Cost & { label: string; score: number | null; judged: number }> {
  const cost = { promptTokens: 0, completionTokens: 0 };
  const count = (more: Cost): void => {
    cost.promptTokens += more.promptTokens;
    cost.completionTokens += more.completionTokens;
    onCost(more);
  };
  const { shown, tested } = detectionSet(features);
  const asking = { onCost: count, retries };
  const label = await ask(endpoint, labelPrompt(shown), {
    ...asking,
    read: labelIn,
    maxTokens: LABEL_TOKENS,
  });
  if (tested.length === 0) return { ...cost, label, score: null, judged: 0 };
  const texts = tested.map(({ text }) => text);
  const decisions = await ask(endpoint, detectionPrompt(label, texts), {
    ...asking,
    read: (answer) => decisionsIn(answer, texts.length),
    maxTokens: DECISION_TOKENS,
  });
  return { ...cost, label, score: balancedAccuracy(tested, decisions), judged: tested.length };
}
