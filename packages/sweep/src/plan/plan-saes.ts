import {
  BASELINES,
  hashOfSae,
  hashOfValue,
  loadForeignSae,
  pinnedSource,
  requireUsable,
  type InferenceSae,
  type SubjectSource,
} from '@sae-lab/core';
import type { PlannedActivations } from '@sae-lab/core/activations';
import { SaeLabError } from '@sae-lab/errors';
import type { BaselineEntry, SaeEntry } from '../definition/requests.ts';
import type { SweepDefinition } from '../definition/sweep-input.ts';
import { isSameModel, modelName } from './same-model.ts';

/** The activations of a hook that an SAE is evaluated on. */
export type HookActivations = Pick<PlannedActivations, 'id' | 'folder' | 'dIn'> & {
  readonly hook: { readonly name: string };
};

/** An SAE that no run trains, on a hook. */
export interface PlannedSae {
  /** Identity: weights, architecture and hook, or how a baseline is made. */
  readonly saeHash: string;
  readonly kind: 'baseline' | 'foreign';
  /** What tables show. */
  readonly name: string;
  readonly source: string;
  readonly architecture: string;
  readonly hook: string;
  readonly dIn: number;
  readonly width: number;
  readonly config: Record<string, unknown>;
  readonly activations: HookActivations;
  readonly from: SubjectSource;
}

type Activations = HookActivations;

/**
 * The SAEs that the runs of a sweep are compared with. Reads those from files.
 *
 * @param warn called with sentences for the user
 * @throws {SaeLabError} `sae.*`
 */
export async function planSaes(
  { baselines, evaluation, model }: Pick<SweepDefinition, 'baselines' | 'evaluation' | 'model'>,
  activations: readonly Activations[],
  warn: (sentence: string) => void,
): Promise<PlannedSae[]> {
  const distinct = [...new Map(activations.map((planned) => [planned.id, planned])).values()];
  const name = model === undefined ? undefined : modelName(model);
  const foreign: PlannedSae[] = [];
  for (const [index, entry] of baselines.entries()) {
    if (entry.kind !== 'sae') continue;
    const field = `baselines[${index}]`;
    foreign.push(await planForeignSae(entry, distinct, { field, model: name, warn }));
  }
  return distinct.flatMap((planned) => [
    ...baselines.flatMap((entry) =>
      entry.kind === 'baseline' ? [planBaseline(entry, planned, evaluation.holdout)] : [],
    ),
    ...foreign.filter(({ hook }) => hook === planned.hook.name),
  ]);
}

function planBaseline(
  { name, settings }: Extract<BaselineEntry, { kind: 'baseline' }>,
  planned: Activations,
  holdout: number,
): PlannedSae {
  const definition = BASELINES.find((baseline) => baseline.name === name)!;
  const { id, hook, dIn } = planned;
  const given = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  return {
    saeHash: hashOfValue({
      baseline: name,
      version: definition.version,
      settings,
      activations: id,
      holdout,
      hook: hook.name,
    }),
    kind: 'baseline',
    name: [name, ...given].join(' '),
    source: name,
    architecture: 'baseline',
    hook: hook.name,
    dIn,
    width: definition.width(dIn, settings),
    config: { ...settings },
    activations: planned,
    from: { kind: 'baseline', name, settings },
  };
}

/**
 * @param options `field` is what errors call the SAE; `model` the name of the model that it is evaluated on; `warn` is called
 *   with sentences for the user
 * @throws {SaeLabError} `sae.*`
 */
export async function planForeignSae(
  { source, hook: given, anyModel = false }: Omit<SaeEntry, 'kind'>,
  activations: readonly Activations[],
  { field, model, warn }: { field: string; model: string | undefined; warn: (sentence: string) => void },
): Promise<PlannedSae> {
  const { sae, origin, warnings, commit } = await loadForeignSae(source);
  warnings.forEach(warn);
  const { modelName: trainedOn, hookName } = origin;
  if (model !== undefined && trainedOn !== undefined && !anyModel && !isSameModel(model, trainedOn)) {
    throw new SaeLabError('sae.wrong-model', {
      problem: `the SAE ${source} was trained on another model`,
      field,
      expected: model,
      received: trainedOn,
      fix: 'Evaluate it on its own model. If this is another name of the same model, set anyModel (--any-model).',
    });
  }
  const planned = hookFor(given ?? hookName, activations, source, field);
  const hook = planned.hook.name;
  requireUsable(sae, source, { hook, dIn: planned.dIn });
  if (hookName !== undefined && hookName !== hook) {
    warn(`The files of the SAE ${source} name the hook ${hookName}. It is evaluated on ${hook}.`);
  }
  return {
    saeHash: foreignHash(sae, hook),
    kind: 'foreign',
    name: source.split('/').filter(Boolean).slice(-2).join('/'),
    source,
    architecture: sae.architecture,
    hook,
    dIn: sae.dIn,
    width: sae.dSae,
    config: {
      modelName: trainedOn ?? null,
      hookName: hookName ?? null,
      ...(commit !== undefined && { commit }),
    },
    activations: planned,
    from: { kind: 'foreign', source: pinnedSource(source, commit) },
  };
}

/** Identifies an SAE from files on a hook. */
export function foreignHash(sae: InferenceSae, hook: string): string {
  return hashOfValue({ weights: hashOfSae(sae), hook });
}

function hookFor(
  wanted: string | undefined,
  activations: readonly Activations[],
  source: string,
  field: string,
): Activations {
  const found = activations.find(({ hook }) => hook.name === wanted);
  if (found !== undefined) return found;
  if (wanted === undefined && activations.length === 1) return activations[0]!;
  throw new SaeLabError('sae.wrong-hook', {
    problem:
      wanted === undefined
        ? `the files of the SAE ${source} do not name its hook`
        : `the SAE ${source} belongs to another hook`,
    field,
    expected: activations.map(({ hook }) => hook.name).join(', '),
    received: wanted ?? 'no hook',
    fix: 'Evaluate it on its own hook. If these are two names of one hook, set `hook` to the one expected.',
  });
}
