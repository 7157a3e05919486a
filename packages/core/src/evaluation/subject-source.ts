import { createHash } from 'node:crypto';
import { SaeLabError } from '@sae-lab/errors';
import type { ActivationStore } from '../activations/index.ts';
import type { InferenceSae } from '../sae/inference-sae.ts';
import { loadForeignSae } from '../sae/load-foreign-sae.ts';
import { loadSae } from '../sae/saelens-format.ts';
import { BASELINES } from './baselines/registry.ts';

/** Where the SAE of a subject is, as JSON, for other processes. */
export type SubjectSource =
  /** The SAE of a run. */
  | { readonly kind: 'run'; readonly folder: string }
  | { readonly kind: 'foreign'; readonly source: string }
  | { readonly kind: 'baseline'; readonly name: string; readonly settings: object };

interface LoadContext {
  /** The activations of the hook; baselines need them. */
  readonly activations: { readonly store: ActivationStore; readonly holdout: number } | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @throws {SaeLabError} `sae.*`, `run.stopped` */
export async function loadSubject(source: SubjectSource, context: LoadContext): Promise<InferenceSae> {
  switch (source.kind) {
    case 'run':
      return loadSae(source.folder);
    case 'foreign':
      return (await loadForeignSae(source.source)).sae;
    case 'baseline': {
      const definition = BASELINES.find(({ name }) => name === source.name)!;
      return definition.make({ ...context.activations!, signal: context.signal }, source.settings);
    }
  }
}

/**
 * Refuses an SAE that does not fit the activations, or whose weights are not finite.
 *
 * @param name what the error calls it, e.g. its folder
 * @param dIn the dimension of the hook
 * @throws {SaeLabError} `sae.wrong-width`, `sae.not-finite`
 */
export function requireUsable(
  sae: InferenceSae,
  name: string,
  { hook, dIn }: { hook: string; dIn: number },
): void {
  if (sae.dIn !== dIn) {
    throw new SaeLabError('sae.wrong-width', {
      problem: `the SAE does not fit the activations of ${hook}`,
      field: name,
      expected: `an SAE of activations of ${dIn} numbers (d_in)`,
      received: String(sae.dIn),
      fix: 'Evaluate it on the model and hook that it was trained on.',
    });
  }
  const broken = Object.entries(sae.tensors).find(([, { data }]) => !data.every(Number.isFinite));
  if (broken === undefined) return;
  throw new SaeLabError('sae.not-finite', {
    problem: `the tensor ${broken[0]} has entries that are not finite`,
    field: name,
    expected: 'finite weights',
    received: String(broken[1].data.find((value) => !Number.isFinite(value))),
    fix: 'Use a checkpoint from before the training diverged.',
  });
}

/** Identifies an SAE by its weights and everything else that affects its codes. */
export function hashOfSae({ tensors, ...rest }: InferenceSae): string {
  const hash = createHash('sha256').update(JSON.stringify(Object.entries(rest).toSorted(byKey)));
  for (const [name, { shape, data }] of Object.entries(tensors).toSorted(byKey)) {
    hash.update(JSON.stringify([name, shape]));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
