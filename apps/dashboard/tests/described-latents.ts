import { appendLatents, beginEvaluation, finishEvaluation, type Db, type NewLatent } from '@sae-lab/db';

/** A latent that fires on the second of these tokens; with no tokens, one that never fired. */
export function sampleLatent(
  latent: number,
  tokens: readonly string[],
  given: Partial<NewLatent> = {},
): NewLatent {
  const isDead = tokens.length === 0;
  const example = { document: 3, piece: 0, start: 0, tokens, at: Math.min(1, tokens.length - 1) };
  const activations = tokens.map((_, index) => (index === 0 ? null : index === 1 ? 4 : 1 / (index + 1)));
  const top = isDead ? [] : [{ ...example, activations }];
  return {
    latent,
    density: isDead ? 0 : 0.01,
    maxActivation: isDead ? 0 : 4,
    topToken: tokens[example.at] ?? null,
    raisedToken: tokens[0] ?? null,
    loweredToken: null,
    maxCosine: 0.5,
    raisedTokens: [...tokens],
    activeTokens: isDead ? [] : [tokens[example.at]!],
    searchText: tokens.join('').toLowerCase(),
    features: {
      histogram: isDead ? { edges: [], counts: [] } : { edges: [2, 2.4, 4], counts: [1, 2] },
      quantiles: isDead ? [] : [{ p: 0.5, value: 3 }],
      top,
      bands: isDead ? [] : [{ from: 0, to: 8, examples: top }],
      raised: tokens.map((token, tokenId) => ({ token, tokenId, weight: 1 / (tokenId + 1) })),
      lowered: [],
      nearest: [],
      matches: [],
    },
    ...given,
  };
}

/** An evaluation that describes latents of a run. */
export async function describeRun(db: Db, runId: number, latents: readonly NewLatent[]): Promise<number> {
  const id = await beginEvaluation(db, {
    runId,
    name: 'features',
    version: 1,
    dataId: 'sample',
    settingsHash: 'sample',
    activationsId: null,
    settings: {},
    provenance: {},
  });
  await appendLatents(db, id, latents);
  await finishEvaluation(db, id, { figures: {}, histograms: [], tokens: 1000, documents: 10, seconds: 1 });
  return id;
}
