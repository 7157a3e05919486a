import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ImportedSpec } from '@sae-lab/core/activations';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import { isSweepDefinition } from './define-sweep.ts';
import { importFailure } from './import-failure.ts';
import { isPath } from './is-path.ts';
import { invalidSweep } from './problems.ts';
import type { SweepDefinition } from './sweep-input.ts';

/** An experiment file and its definition, with absolute paths. */
export interface Experiment {
  readonly file: string;
  readonly definition: SweepDefinition;
}

/**
 * Imports an experiment file.
 *
 * @throws {SaeLabError} `experiment.not-found`, `experiment.import-failed`, `experiment.no-sweep`, and what
 *   `defineSweep` throws
 */
export async function loadExperiment(path: string): Promise<Experiment> {
  const file = resolve(path);
  const found = await stat(file).catch(() => undefined);
  if (found === undefined || !found.isFile()) {
    throw new SaeLabError('experiment.not-found', {
      problem: 'there is no such file',
      field: file,
      expected: 'a file whose default export is a sweep',
      fix: 'Check the path, e.g. `pnpm sweep experiments/quickstart.ts`.',
    });
  }
  const exported = await importFile(file);
  if (!isSweepDefinition(exported)) {
    throw new SaeLabError('experiment.no-sweep', {
      problem: 'does not define a sweep',
      field: file,
      expected: '`export default defineSweep({ ... })`',
      received: exported === undefined ? 'no default export' : `default export ${describeValue(exported)}`,
    });
  }
  await refuseForgottenDots(exported, dirname(file));
  return { file, definition: withAbsolutePaths(exported, dirname(file)) };
}

function withAbsolutePaths(given: SweepDefinition, folder: string): SweepDefinition {
  const definition = {
    ...given,
    baselines: given.baselines.map((entry) =>
      entry.kind === 'sae' && isPath(entry.source)
        ? { ...entry, source: resolve(folder, entry.source) }
        : entry,
    ),
  };
  if (definition.model === undefined) {
    const { dataset } = definition;
    // Synthetic activations have no files.
    return dataset.kind === 'synthetic' ? definition : { ...definition, dataset: absolute(dataset, folder) };
  }
  const { model, dataset } = definition;
  return {
    ...definition,
    model:
      typeof model === 'string'
        ? absoluteModel(model, folder)
        : { ...model, id: absoluteModel(model.id, folder) },
    dataset: 'path' in dataset ? { ...dataset, path: resolve(folder, dataset.path) } : dataset,
  };
}

function absoluteModel(id: string, folder: string): string {
  return isPath(id) ? resolve(folder, id) : id;
}

/** Document ids are the name of a tensor or the path of `.npy` files. */
function absolute(dataset: ImportedSpec, folder: string): ImportedSpec {
  const { files, documentIds } = dataset;
  return {
    ...dataset,
    files: resolve(folder, files),
    ...(documentIds?.endsWith('.npy') === true && { documentIds: resolve(folder, documentIds) }),
  };
}

/**
 * Refuses a name on the hub that is also a local path: its author probably forgot that paths start with a dot. The
 * revision says that the hub is meant.
 */
async function refuseForgottenDots(definition: SweepDefinition, folder: string): Promise<void> {
  if (definition.model === undefined) return;
  const { model, dataset } = definition;
  const { id, revision } = typeof model === 'string' ? { id: model, revision: undefined } : model;
  const names = [
    { field: 'model', name: revision === undefined && !isPath(id) ? id : undefined },
    {
      field: 'dataset',
      name: dataset.kind === 'hub' && dataset.revision === undefined ? dataset.id : undefined,
    },
  ];
  for (const { field, name } of names) {
    if (name === undefined || (await stat(resolve(folder, name)).catch(() => undefined)) === undefined)
      continue;
    throw invalidSweep([
      {
        field,
        problem: 'is the name of local files, but without a leading dot it is a name on the hub',
        expected: "a path that starts with '.' or '/', or a name on the hub",
        received: describeValue(name),
        fix: `Write './${name}' for the local files. For the hub, write an object with its id and revision: 'main'.`,
      },
    ]);
  }
}

async function importFile(file: string): Promise<unknown> {
  try {
    return (await importOrReject(file)).default;
  } catch (error) {
    if (error instanceof SaeLabError) throw error;
    throw await importFailure(file, error);
  }
}

/** Rejects if a top-level await never settles; Node would end without a message. */
function importOrReject(file: string): Promise<{ default?: unknown }> {
  return new Promise((fulfil, reject) => {
    const rejectUnsettled = (): void =>
      reject(
        new SaeLabError('experiment.import-failed', {
          problem: 'cannot be imported: a top-level await never settles',
          field: file,
          fix: 'Look for it in this file and in the files that it imports.',
        }),
      );
    process.once('beforeExit', rejectUnsettled);
    const imported = import(pathToFileURL(file).href) as Promise<{ default?: unknown }>;
    imported.finally(() => process.off('beforeExit', rejectUnsettled)).then(fulfil, reject);
  });
}
