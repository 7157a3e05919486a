import { steer, type LatentChange } from '@sae-lab/core/text';
import { featuresOf, latentOf, type Database } from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import type { Continuation, NextToken, SteerAnswer } from '@sae-lab/text/answers';
import type { SteerRequest } from '@sae-lab/text/requests';
import { requireLatent } from './require-latent.ts';
import { shownText } from './read-text.ts';
import type { Loaded } from './warm.ts';

/** Next tokens that are listed of each model. */
const TOP = 15;

/**
 * @throws {SaeLabError} `text.unknown-latent`, `text.unknown-position`, `text.no-maximum`, `hook.not-spliceable`,
 *   `model.*`, `run.stopped`
 */
export async function steerText(
  { model, saes, settings }: Loaded,
  request: SteerRequest,
  { database, signal }: { database: Database; signal: AbortSignal },
): Promise<SteerAnswer> {
  const [{ source, sae }] = saes as [Loaded['saes'][number]];
  const { latent, steps } = request;
  requireLatent(latent, sae.dSae);
  const { tokenizer, config } = model.model;
  const whole = model.cut(request.text);
  const [piece] = whole.pieces;
  if (piece === undefined) throw noTokens();
  const tokens = whole.tokens.slice(0, piece.tokens.length);
  const prepended = settings.prependBos && tokenizer.bosTokenId !== null ? 1 : 0;
  const from = prepended + request.from;
  if (from >= piece.tokens.length) throw unknownPosition(request.from, piece.tokens.length - prepended);
  const change = await changeOf(database, request);
  const isSpecial = (token: number): boolean => tokenizer.specialTokenIds.has(token);
  const longest = config.contextLength ?? settings.maxTokens;
  const found = await steer({
    model: await model.steerable(model.hooks[0]!),
    tokenizer,
    sae,
    latent,
    change,
    tokens: piece.tokens,
    isRead: (position, token) =>
      settings.includeSpecialTokens || (position >= prepended && !isSpecial(token)),
    from,
    // The model reads one token less than it writes.
    steps: Math.min(steps, Math.max(0, longest - piece.tokens.length + 1)),
    signal,
  });
  const nameOf = (id: number): string => tokenizer.tokenText(id) ?? '';
  const continuation = (ids: readonly number[]): Continuation => ({
    text: ids.length === 0 ? '' : tokenizer.decode(ids),
    tokens: ids.map(nameOf),
  });
  const readTokens = piece.tokens.length - prepended;
  return {
    kind: 'steer',
    text: {
      ...shownText(whole, settings, tokenizer.bosTokenId),
      tokens,
      rows: piece.selected.length,
      readTokens,
      cutBy: readTokens < whole.readTokens ? 'piece' : whole.cutBy,
    },
    hook: source.hook.name,
    activations: found.activations,
    amount: change.kind === 'add' ? change.amount : null,
    ...compared(found.clean, found.steered, nameOf),
    continuations: {
      clean: continuation(found.continuations.clean),
      steered: continuation(found.continuations.steered),
    },
  };
}

async function changeOf({ db }: Database, { sae, latent, change }: SteerRequest): Promise<LatentChange> {
  if (change.kind === 'ablate') return change;
  const { strength, unit } = change;
  if (unit === 'one') return { kind: 'add', amount: strength };
  const described = await featuresOf(db, sae);
  const row = described && (await latentOf(db, described.id, latent));
  if (row !== undefined && row.maxActivation > 0) {
    return { kind: 'add', amount: strength * row.maxActivation };
  }
  throw new SaeLabError('text.no-maximum', {
    problem: `the largest activation of latent ${latent} is unknown`,
    field: 'unit',
    expected: 'a latent that the evaluation `features` describes, and that fires',
    received: row === undefined ? 'no feature data' : 'a latent that never fires',
    fix: `Give the strength as an activation, or run \`pnpm evaluate\` with \`--only features\`.`,
  });
}

function compared(
  clean: Float32Array,
  steered: Float32Array,
  nameOf: (id: number) => string,
): Pick<SteerAnswer, 'next' | 'divergence'> {
  const ids = new Set([...largest(clean), ...largest(steered)]);
  const next = [...ids].map((id): NextToken => ({
    token: nameOf(id),
    tokenId: id,
    clean: Math.exp(clean[id]!),
    steered: Math.exp(steered[id]!),
  }));
  let divergence = 0;
  for (let id = 0; id < clean.length; id++) {
    if (clean[id]! > -Infinity) divergence += Math.exp(clean[id]!) * (clean[id]! - steered[id]!);
  }
  const strongest = ({ clean: a, steered: b }: NextToken): number => Math.max(a, b);
  return {
    next: next.toSorted((a, b) => strongest(b) - strongest(a) || a.tokenId - b.tokenId),
    // Rounding can leave it below 0.
    divergence: Math.max(0, divergence),
  };
}

/** The indices of the largest values. */
function largest(values: Float32Array): number[] {
  return Array.from(values.keys())
    .toSorted((a, b) => values[b]! - values[a]! || a - b)
    .slice(0, TOP);
}

function noTokens(): SaeLabError {
  return new SaeLabError('text.invalid-request', {
    problem: 'has no tokens',
    field: 'text',
    expected: 'at least one token',
    fix: 'Write some text.',
  });
}

function unknownPosition(from: number, tokens: number): SaeLabError {
  return new SaeLabError('text.unknown-position', {
    problem: 'the text has no such token',
    field: 'from',
    expected: `0 to ${tokens - 1}`,
    received: String(from),
    fix: 'Steer from an earlier token.',
  });
}
