import type { CutText, RowCodes, TextSae } from '@sae-lab/core/text';
import { LATENTS_PER_ORDER, LATENTS_PER_TOKEN } from '@sae-lab/text/answers';
import type { LatentValue, ReadAnswer, ReadLatent, SaeReading, ShownText } from '@sae-lab/text/answers';
import type { ReadRequest } from '@sae-lab/text/requests';
import { requireLatent } from './require-latent.ts';
import type { SaeSource } from './sae-source.ts';
import type { Loaded } from './warm.ts';

/** @throws {SaeLabError} `text.unknown-latent`, `activations.not-finite`, `model.*`, `run.stopped`; an AbortError if the signal is aborted */
export async function readText(
  { model, saes, settings }: Loaded,
  { text, saes: asked }: ReadRequest,
  signal: AbortSignal,
): Promise<ReadAnswer> {
  const read = await model.read(text, signal);
  const readings: SaeReading[] = [];
  for (const [index, { source, sae }] of saes.entries()) {
    const { latent } = asked[index]!;
    if (latent !== undefined) requireLatent(latent, sae.dSae);
    readings.push(await reading(source, sae, { x: read.activations[index]!, latent, signal }));
  }
  return { kind: 'read', text: shownText(read, settings, model.model.tokenizer.bosTokenId), saes: readings };
}

export function shownText(
  { tokens, rows, totalTokens, readTokens, cutBy }: CutText,
  { maxTokens, prependBos }: Loaded['settings'],
  bosTokenId: number | null,
): ShownText {
  const prependsBos = prependBos && bosTokenId !== null;
  return { tokens, rows, totalTokens, readTokens, cutBy, maxTokens, prependsBos };
}

async function reading(
  source: SaeSource,
  sae: TextSae,
  { x, latent, signal }: { x: Float32Array; latent: number | undefined; signal: AbortSignal },
): Promise<SaeReading> {
  const codes = await sae.encode(x, signal);
  const errors = await sae.relativeErrors(x);
  const rows = codes.rowStart.length - 1;
  const all = latentsOf(codes);
  return {
    of: source.subject,
    hook: source.hook.name,
    width: sae.dSae,
    l0: Array.from({ length: rows }, (_, row) => codes.rowStart[row + 1]! - codes.rowStart[row]!),
    errors: errors.map((error) => (Number.isFinite(error) ? error : null)),
    strongest: Array.from({ length: rows }, (_, row) => strongestOf(codes, row)),
    active: all.length,
    latents: firstOfEachOrder(all, latent),
  };
}

function strongestOf({ rowStart, latents, values }: RowCodes, row: number): LatentValue[] {
  const entries: LatentValue[] = [];
  for (let at = rowStart[row]!; at < rowStart[row + 1]!; at++) entries.push([latents[at]!, values[at]!]);
  return entries.toSorted((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, LATENTS_PER_TOKEN);
}

interface Collected {
  readonly latent: number;
  max: number;
  sum: number;
  readonly rows: number[];
  readonly values: number[];
}

/** Ascending by the first row, then by index. */
function latentsOf({ rowStart, latents, values }: RowCodes): Collected[] {
  const found = new Map<number, Collected>();
  for (let row = 0; row + 1 < rowStart.length; row++) {
    for (let at = rowStart[row]!; at < rowStart[row + 1]!; at++) {
      const latent = latents[at]!;
      const value = values[at]!;
      let one = found.get(latent);
      if (one === undefined) found.set(latent, (one = { latent, max: 0, sum: 0, rows: [], values: [] }));
      one.max = Math.max(one.max, value);
      one.sum += value;
      one.rows.push(row);
      one.values.push(value);
    }
  }
  return [...found.values()];
}

/** A page can show any of the orders without asking again. */
function firstOfEachOrder(all: readonly Collected[], chosen: number | undefined): ReadLatent[] {
  const first = (order: (a: Collected, b: Collected) => number): Collected[] =>
    all.toSorted(order).slice(0, LATENTS_PER_ORDER);
  const silent = { max: 0, sum: 0, rows: [], values: [] };
  const listed =
    chosen === undefined
      ? []
      : [all.find(({ latent }) => latent === chosen) ?? { latent: chosen, ...silent }];
  return [
    ...new Set([
      ...listed,
      ...first((a, b) => b.max - a.max),
      ...first((a, b) => b.sum - a.sum),
      ...first((a, b) => a.rows[0]! - b.rows[0]! || b.values[0]! - a.values[0]!),
    ]),
  ];
}
