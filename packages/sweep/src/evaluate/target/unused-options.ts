import { SaeLabError } from '@sae-lab/errors';
import type { FilesOptions } from './files-target.ts';
import type { Target } from './find-target.ts';

type OfFiles = Omit<FilesOptions, 'tokens'>;

const NAMES: Readonly<Record<keyof OfFiles, string>> = {
  like: '--like',
  model: '--model',
  dataset: '--dataset',
  hook: '--hook',
  anyModel: '--any-model',
};

/**
 * Refuses options that would have no effect on the target.
 *
 * @throws {SaeLabError} `cli.usage`
 */
export function requireUsed(target: Target, given: OfFiles): void {
  const names = Object.keys(NAMES) as (keyof OfFiles)[];
  const used = names.filter((name) => given[name] !== undefined && given[name] !== false);
  if (target.kind !== 'files' && used.length > 0) {
    throw new SaeLabError('cli.usage', {
      problem: 'is for SAEs from files',
      field: NAMES[used[0]!],
      expected: 'a folder that starts with . or /, or hub:…, as the target',
      received: nameOfTarget(target),
      fix: `Leave ${NAMES[used[0]!]} out: the data of ${nameOfTarget(target)} are known.`,
    });
  }
  const other = given.model === undefined ? 'dataset' : 'model';
  if (given.like !== undefined && given[other] !== undefined) {
    throw new SaeLabError('cli.usage', {
      problem: 'says which data to evaluate on, and so does --like',
      field: NAMES[other],
      received: given[other],
      fix: 'Leave one of them out.',
    });
  }
}

function nameOfTarget(target: Exclude<Target, { kind: 'files' }>): string {
  switch (target.kind) {
    case 'sweep':
      return `the sweep ${target.sweep.name}`;
    case 'run':
      return `the run ${target.run.runHash}`;
    case 'sae':
      return `SAE ${target.sae.id}`;
  }
}
