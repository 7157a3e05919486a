import { basename, dirname, resolve } from 'node:path';
import {
  listSweeps,
  runByHash,
  runById,
  runsByHashPrefix,
  sweepById,
  type Db,
  type Run,
  type Sweep,
} from '@sae-lab/db';
import { expectedName, SaeLabError } from '@sae-lab/errors';
import { isPath } from '../../definition/is-path.ts';

/** What `pnpm evaluate` is asked to evaluate. */
export type Target =
  | { readonly kind: 'sweep'; readonly sweep: Sweep }
  | { readonly kind: 'run'; readonly run: Run }
  /** An SAE from files. */
  | { readonly kind: 'files'; readonly source: string };

const CANDIDATES = 4;

/**
 * Finds a sweep by its name or id, a run by the beginning of its hash or by its folder, or takes the name as that of files.
 *
 * @param field what errors call it
 * @throws {SaeLabError} `evaluation.no-target`
 */
export async function findTarget(db: Db, given: string, dataDir: string, field: string): Promise<Target> {
  if (given.startsWith('hub:')) return { kind: 'files', source: given };
  if (isPath(given)) {
    const run = await runByHash(db, hashOfFolder(resolve(given), dataDir) ?? '');
    return run === undefined ? { kind: 'files', source: resolve(given) } : { kind: 'run', run };
  }
  const sweeps = await listSweeps(db);
  // The most recently started one, where several have the name.
  const named = sweeps.find(({ name }) => name === given);
  if (named !== undefined) return { kind: 'sweep', sweep: named };
  const sweep = /^\d{1,9}$/.test(given) ? await sweepById(db, Number(given)) : undefined;
  if (sweep !== undefined) return { kind: 'sweep', sweep };
  const runs = /^[\da-f]{4,64}$/i.test(given)
    ? await runsByHashPrefix(db, given.toLowerCase(), CANDIDATES)
    : [];
  if (runs.length === 1) return { kind: 'run', run: (await runById(db, runs[0]!.id))! };
  throw new SaeLabError('evaluation.no-target', {
    problem: runs.length > 1 ? 'is the beginning of several hashes' : 'is neither a sweep nor a run',
    field,
    expected:
      runs.length > 1
        ? runs.map(({ runHash }) => runHash.slice(0, given.length + 8)).join(', ')
        : expectedName(
            given,
            sweeps.map(({ name }) => name),
          ),
    received: given,
    fix: 'Name a sweep or its id, the beginning of a run’s hash, or a path that starts with . or /.',
  });
}

/** The hash of the run whose folder this is; undefined for any other folder. */
function hashOfFolder(folder: string, dataDir: string): string | undefined {
  const ofRun = basename(folder) === 'sae' ? dirname(folder) : folder;
  return dirname(ofRun) === resolve(dataDir, 'runs') ? basename(ofRun) : undefined;
}
