// cspell:ignore analyze tion
import { appendLatents, beginEvaluation, finishEvaluation, type Database, type NewLatent } from '@sae-lab/db';

/** Latents of the described SAE. */
const LATENTS = 16_384;
/** Latents with their own features; the others have those of one of these. */
const TEMPLATES = 64;
const WORDS = [
  ' the',
  ' of',
  'ing',
  ' model',
  ' sparse',
  '\n',
  ',',
  ' 1984',
  'tion',
  ' feature',
  ' "',
  ' dog',
];

const IDENTITY = {
  dataId: 'synthetic',
  settingsHash: 'synthetic',
  activationsId: null,
  settings: {},
  provenance: {},
};
const RESULT = { figures: {}, histograms: [], tokens: 1_000_000, documents: 1000, seconds: 1 };

/** Describes an SAE of the usual size: examples, bands, tokens and neighbours as the evaluation stores them. */
export async function seedLatents(database: Database, runId: number): Promise<void> {
  const { db, sql } = database;
  await sql`update runs set width = ${LATENTS} where id = ${runId}`;
  const id = await beginEvaluation(db, { ...IDENTITY, runId, name: 'features', version: 1 });
  await appendLatents(
    db,
    id,
    Array.from({ length: TEMPLATES }, (_, index) => template(index)),
  );
  await sql`
    insert into latents (evaluation_id, latent, density, max_activation, top_token, raised_token, lowered_token, max_cosine,
      raised_tokens, active_tokens, search_text, features)
    select evaluation_id, next.latent, power(10, -5.0 * ((next.latent * 7919) % 1000) / 1000), 1 + (next.latent * 31) % 97,
      top_token, raised_token, lowered_token, ((next.latent * 17) % 100) / 100.0, raised_tokens, active_tokens, search_text,
      features
    from generate_series(${TEMPLATES}::int, ${LATENTS - 1}::int) as next (latent)
      join latents on evaluation_id = ${id} and latents.latent = next.latent % ${TEMPLATES}::int`;
  await finishEvaluation(db, id, RESULT);
  await seedProbes(database, runId);
  await sql`vacuum analyze latents, latent_probes`;
}

/** Scores of the latents as probes; every eighth has none. */
async function seedProbes({ db, sql }: Database, runId: number): Promise<void> {
  const id = await beginEvaluation(db, { ...IDENTITY, runId, name: 'probing', version: 3 });
  await sql`
    insert into latent_probes (evaluation_id, latent, class, score, training_score, p_value, documents)
    select ${id}::int, latent, 'class ' || latent % 7, 0.4 + 0.6 * ((latent * 7919) % 1000) / 1000, 0.6, 0.5, 500
    from generate_series(0, ${LATENTS - 1}::int) as every (latent) where latent % 8 > 0`;
  await finishEvaluation(db, id, RESULT);
}

function template(latent: number): NewLatent {
  const word = (place: number): string => WORDS[(latent * 13 + place * place * 7) % WORDS.length]!;
  const example = (place: number) => {
    const tokens = Array.from({ length: 24 }, (_, index) => word(place * 24 + index));
    const activations = tokens.map((_, index) =>
      index % 5 === 0 ? Number((index / (1 + place)).toPrecision(5)) : 0,
    );
    return { document: place * 31, piece: 0, start: 5, tokens, activations, at: 15 };
  };
  const top = Array.from({ length: 10 }, (_, place) => example(place));
  const bands = Array.from({ length: 5 }, (_, band) => ({
    from: band === 4 ? 0 : 2 ** (3 - band),
    to: 2 ** (4 - band),
    examples: Array.from({ length: 3 }, (_e, place) => example(10 + band * 3 + place)),
  }));
  const weights = Array.from({ length: 10 }, (_, tokenId) => ({
    token: word(tokenId),
    tokenId,
    weight: 10 - tokenId,
  }));
  const near = Array.from({ length: 5 }, (_, place) => ({
    latent: (latent + place * 97 + 1) % LATENTS,
    cosine: 0.5,
  }));
  return {
    latent,
    density: 0.01,
    maxActivation: 15,
    topToken: top[0]!.tokens[15]!,
    raisedToken: weights[0]!.token,
    loweredToken: weights[9]!.token,
    maxCosine: 0.5,
    raisedTokens: weights.map(({ token }) => token),
    activeTokens: top.map(({ tokens }) => tokens[15]!),
    searchText: top.map(({ tokens }) => tokens.join('').toLowerCase()).join('\n'),
    features: {
      histogram: {
        edges: Array.from({ length: 17 }, (_, bin) => 2 ** (bin / 4)),
        counts: Array.from({ length: 16 }, (_, bin) => 1000 - bin),
      },
      quantiles: [0.1, 0.25, 0.5, 0.75, 0.9, 0.99].map((p) => ({ p, value: 15 * p })),
      top,
      bands,
      raised: weights,
      lowered: weights,
      nearest: near,
      matches: near.map((match, place) => ({ ...match, sae: `run ${2 + place}` })),
    },
  };
}
