import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SaeLabError, describeValue } from '@sae-lab/errors';
import { isSweepDefinition } from './define-sweep.ts';
import type { SweepDefinition } from './sweep-input.ts';

/** An experiment with its file and its paths made absolute. */
export interface Experiment {
  readonly file: string;
  readonly definition: SweepDefinition;
}

/**
 * Imports an experiment's file.
 *
 * @throws SaeLabError `experiment.not-found`, `experiment.import-failed`, `experiment.no-sweep`, and whatever
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
      fix: 'Name one, e.g. `pnpm sweep experiments/quickstart.ts`.',
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
  return { file, definition: withAbsolutePaths(exported, dirname(file)) };
}

function withAbsolutePaths(definition: SweepDefinition, folder: string): SweepDefinition {
  // Synthetic activations are made from no file.
  if (definition.model === undefined) return definition;
  const { model, dataset } = definition;
  return {
    ...definition,
    model: resolve(folder, model),
    dataset: { ...dataset, path: resolve(folder, dataset.path) },
  };
}

async function importFile(file: string): Promise<unknown> {
  try {
    const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
    return module.default;
  } catch (error) {
    if (error instanceof SaeLabError) throw error;
    throw new SaeLabError('experiment.import-failed', {
      problem: `cannot be imported: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
      field: file,
      ...((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' && {
        fix: 'A package must be listed in the package.json beside the file: `pnpm --filter @sae-lab/experiments add --workspace NAME`.',
      }),
      cause: error,
    });
  }
}
