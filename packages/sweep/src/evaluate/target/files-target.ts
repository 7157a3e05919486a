import { resolve } from 'node:path';
import { loadForeignSae } from '@sae-lab/core';
import {
  datasetSpecSchema,
  extractionSettingsSchema,
  planActivations,
  type DatasetSpecInput,
} from '@sae-lab/core/activations';
import { SaeLabError } from '@sae-lab/errors';
import { isPath } from '../../definition/is-path.ts';
import { modelSource, type SourceDefinition } from '../../plan/activations-source.ts';
import { planForeignSae, type HookActivations } from '../../plan/plan-saes.ts';
import { modelName } from '../../plan/same-model.ts';
import { textOf } from '../evaluate-sweep.ts';
import type { EvaluatedHook } from '../evaluated-hook.ts';
import { storeSaes } from '../store-saes.ts';
import { saeSubject } from '../subjects.ts';
import { evaluatedTarget, type EvaluatedTarget, type TargetOptions } from './evaluated-target.ts';
import { findTarget } from './find-target.ts';

/** What `pnpm evaluate` was told about an SAE from files. */
export interface FilesOptions {
  readonly like: string | undefined;
  readonly model: string | undefined;
  readonly dataset: string | undefined;
  readonly hook: string | undefined;
  readonly anyModel: boolean;
  readonly tokens: number | undefined;
}

/** Activations to extract for an SAE that was not trained here, where `--tokens` is not given. */
const ROWS = 100_000;

/**
 * An SAE from files, on the data of a sweep or run, or on a model and documents that the user names.
 *
 * @throws {SaeLabError} `evaluation.no-data`, `evaluation.no-target`, `sae.*`, and what planning the activations throws
 */
export async function filesTarget(
  source: string,
  given: FilesOptions,
  options: TargetOptions,
): Promise<EvaluatedTarget> {
  const data =
    given.like === undefined ? await namedData(source, given, options) : await likeData(given.like, options);
  // The only hook of named data may have been named by a module path.
  const hook = given.like === undefined ? data.hooks[0]!.hook : given.hook;
  return filesOn(data, { source, hook, anyModel: given.anyModel }, options);
}

/**
 * An SAE from files, on the data of a target.
 *
 * @throws {SaeLabError} `sae.*`, `hub.*`
 */
export async function filesOn(
  data: EvaluatedTarget,
  { source, hook, anyModel }: { source: string; hook?: string | undefined; anyModel: boolean },
  options: TargetOptions,
): Promise<EvaluatedTarget> {
  const model = data.source.model === undefined ? undefined : modelName(data.source.model);
  const planned = await planForeignSae(
    { source, hook, anyModel },
    data.hooks.map(({ hook: name, dIn, activations }): HookActivations => ({
      ...activations,
      dIn,
      hook: { name },
    })),
    { field: source, model, warn: options.warn },
  );
  const [stored] = await storeSaes(options.db, [planned], data.source);
  const on = data.hooks.find(({ activations }) => activations.id === planned.activations.id)!;
  return { ...data, hooks: [{ ...on, subjects: [saeSubject(stored!)] }] };
}

async function likeData(like: string, options: TargetOptions): Promise<EvaluatedTarget> {
  const target = await findTarget(options.db, like, options.dataDir, '--like');
  if (target.kind !== 'files') return evaluatedTarget(target, { ...options, warn: () => {} });
  throw new SaeLabError('evaluation.no-target', {
    problem: 'must be a sweep, a run or a stored SAE',
    field: '--like',
    expected: "a sweep's name or id, the beginning of a run's hash, or an SAE's id such as sae-3",
    received: like,
    fix: 'An SAE from files does not say which documents to evaluate on.',
  });
}

/** The model and documents of the command line; the rest as the SAE was trained. */
async function namedData(
  source: string,
  { model, dataset, hook, tokens }: FilesOptions,
  { dataDir, threads, onDownload, warn }: TargetOptions,
): Promise<EvaluatedTarget> {
  const { origin } = await loadForeignSae(source);
  const hookName = hook ?? origin.hookName;
  if (model === undefined || dataset === undefined || hookName === undefined) {
    const missing = Object.entries({ '--model': model, '--dataset': dataset, '--hook': hookName });
    throw new SaeLabError('evaluation.no-data', {
      problem: 'the data to evaluate this SAE on are not known',
      field: source,
      expected: '--like with a sweep or run; or --model, --dataset and a hook in cfg.json or --hook',
      received: `no ${missing.flatMap(([name, value]) => (value === undefined ? [name] : [])).join(', no ')}`,
      fix: 'Name a sweep on the same model and hook: --like.',
    });
  }
  const settings = extractionSettingsSchema.parse({ maxRows: tokens ?? ROWS });
  const spec: DatasetSpecInput = isPath(dataset)
    ? { kind: 'files', path: resolve(dataset) }
    : { kind: 'hub', id: dataset };
  const definition: SourceDefinition = {
    model: isPath(model) ? resolve(model) : model,
    dataset: datasetSpecSchema.parse(spec),
    hooks: [hookName],
    activations: settings,
    // This SAE has seen none of the documents here, so all of them are held out.
    evaluation: { holdout: 0 },
  };
  const planned = await planActivations(
    {
      model: modelSource(definition.model),
      dataset: spec,
      hooks: [hookName],
      settings,
      dataDir,
      threads,
      onDownload,
    },
    warn,
  );
  const hooks = planned.map((one): EvaluatedHook => ({
    hook: one.hook.name,
    dIn: one.dIn,
    activations: { id: one.id, folder: one.folder, holdout: 0 },
    text: textOf(definition),
    subjects: [],
  }));
  return { hooks, also: [], source: definition };
}
