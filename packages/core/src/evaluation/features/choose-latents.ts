import { SaeLabError } from '@sae-lab/errors';
import type { EvaluationContext, Subject } from '../contract.ts';
import type { FeatureSettings } from './feature-settings.ts';
import { planPasses, type PassPart } from './plan-passes.ts';
import { readPass, type Counter } from './read-pass.ts';

const BYTES_PER_COUNT = 4;

/** The latents to describe of each SAE, and how often the text has to be read to know them. */
export interface ChosenLatents {
  readonly passes: number;
  /** Their number in each SAE. */
  readonly counts: readonly number[];
  /** For each SAE, ascending. */
  find(onRows: (rows: number) => void): Promise<Int32Array[]>;
}

/**
 * Only the latents that fire most often have to be counted first.
 *
 * @throws {SaeLabError} `evaluation.unknown-latent`, `evaluation.too-little-memory`
 */
export function chooseLatents(context: EvaluationContext, settings: FeatureSettings): ChosenLatents {
  const { saes } = context;
  const { latents } = settings;
  if (latents === 'all') return known(saes.map(({ sae }) => allOf(sae.dSae)));
  if (Array.isArray(latents)) {
    const listed = Int32Array.from(new Set(latents)).toSorted();
    saes.forEach((subject) => requireInside(subject, listed.at(-1)!));
    return known(saes.map(() => listed));
  }
  const { densest } = latents;
  const passes = planPasses(
    saes,
    saes.map(({ sae }) => allOf(sae.dSae)),
    { bytesPerLatent: BYTES_PER_COUNT, maxMemoryMb: settings.maxMemoryMb },
  );
  return {
    passes: passes.length,
    counts: saes.map(({ sae }) => Math.min(densest, sae.dSae)),
    async find(onRows) {
      const fired = new Map(saes.map(({ id, sae }) => [id, new Uint32Array(sae.dSae)]));
      for (const parts of passes) {
        const counters = parts.map((part) => countInto(fired.get(part.subject.id)!, part));
        await readPass(context, counters, settings.maxTokens, onRows);
      }
      return saes.map(({ id }) => mostFrequent(fired.get(id)!, densest));
    },
  };
}

function known(latents: Int32Array[]): ChosenLatents {
  const counts = latents.map(({ length }) => length);
  return { passes: 0, counts, find: () => Promise.resolve(latents) };
}

function countInto(fired: Uint32Array, { subject, latents }: PassPart): Counter {
  const [first, last] = [latents[0]!, latents.at(-1)!];
  return {
    subject,
    add(_batch, { latentOf, values }) {
      for (let entry = 0; entry < values.length; entry++) {
        const latent = latentOf[entry]!;
        if (values[entry]! > 0 && latent >= first && latent <= last) fired[latent]!++;
      }
    },
  };
}

/** Of latents that fire equally often, the first ones. */
function mostFrequent(fired: Uint32Array, count: number): Int32Array {
  return allOf(fired.length)
    .toSorted((a, b) => fired[b]! - fired[a]! || a - b)
    .slice(0, count)
    .toSorted();
}

function allOf(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, latent) => latent);
}

function requireInside({ id, sae }: Subject, latent: number): void {
  if (latent < sae.dSae) return;
  throw new SaeLabError('evaluation.unknown-latent', {
    problem: `${id} has no such latent`,
    field: 'features.latents',
    expected: `latents from 0 to ${sae.dSae - 1}`,
    received: String(latent),
    fix: 'Leave it out, or evaluate the SAEs of this width separately.',
  });
}
