/** A latent's features as an evaluation stores them: see `LatentFeatures` of `@sae-lab/core`. */
export interface Features {
  readonly histogram: { readonly edges: readonly number[]; readonly counts: readonly number[] };
  readonly quantiles: readonly { readonly p: number; readonly value: number }[];
  readonly top: readonly Example[];
  readonly bands: readonly Band[];
  readonly raised: readonly TokenWeight[];
  readonly lowered: readonly TokenWeight[];
  readonly nearest: readonly { readonly latent: number; readonly cosine: number }[];
  readonly matches: readonly { readonly sae: string; readonly latent: number; readonly cosine: number }[];
}

/** Examples whose activations are at least `from` and below `to`. */
interface Band {
  readonly from: number;
  readonly to: number;
  readonly examples: readonly Example[];
}

/** A token, at index `at`, with the text around it and the latent's activation on each token; null where it has none. */
export interface Example {
  readonly document: number;
  readonly tokens: readonly string[];
  readonly activations: readonly (number | null)[];
  readonly at: number;
}

export interface TokenWeight {
  readonly token: string;
  readonly weight: number;
}

type Json = Readonly<Record<string, unknown>>;

/** Reads stored features. What is missing, e.g. in those of an earlier version, is empty. */
export function featuresOf(stored: Json): Features {
  const histogram = stored['histogram'] as Features['histogram'] | undefined;
  return {
    histogram: { edges: listIn(histogram?.edges), counts: listIn(histogram?.counts) },
    quantiles: listIn(stored['quantiles']),
    top: examplesOf(listIn(stored['top'])),
    bands: listIn(stored['bands']).map((band: Band) => ({ ...band, examples: examplesOf(band.examples) })),
    raised: listIn(stored['raised']),
    lowered: listIn(stored['lowered']),
    nearest: listIn(stored['nearest']),
    matches: listIn(stored['matches']),
  };
}

/** Those that can be shown. */
export function examplesOf(stored: readonly unknown[]): Example[] {
  return stored.filter((example): example is Example => {
    const { tokens, activations, at } = (example ?? {}) as Partial<Example>;
    return Array.isArray(tokens) && Array.isArray(activations) && typeof tokens[at ?? -1] === 'string';
  });
}

/** An example with at most this number of tokens before and after the one that it is about. */
export function around(
  { document, tokens, activations, at }: Example,
  before: number,
  after: number,
): Example {
  const start = Math.max(0, at - before);
  const end = at + after + 1;
  return {
    document,
    tokens: tokens.slice(start, end),
    activations: activations.slice(start, end),
    at: at - start,
  };
}

function listIn(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}
