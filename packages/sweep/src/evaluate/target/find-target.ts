import { basename, dirname, resolve } from 'node:path';
import {
  listSweeps,
  runByHash,
  runById,
  runsByHashPrefix,
  sweepById,
  type Db,
  saeById,
  type Run,
  type SaeRow,
  type Sweep,
} from '@sae-lab/db';
import { expectedName, SaeLabError } from '@sae-lab/errors';
import { isPath } from '../../definition/is-path.ts';

/** What `pnpm evaluate` is asked to evaluate. */
export type Target =
  | { readonly kind: 'sweep'; readonly sweep: Sweep }
  | { readonly kind: 'run'; readonly run: Run }
  /** An SAE that no run trained, which the database has. */
  | { readonly kind: 'sae'; readonly sae: SaeRow }
  /** An SAE from files. */
  | { readonly kind: 'files'; readonly source: string };

const CANDIDATES = 4;
/** The beginning of a hash: with fewer digits it would often be that of several runs, or the id of a sweep. */
const HASH = /^[\da-f]{4,64}$/i;
/** How the dashboard and events name a stored SAE. */
const SAE_ID = /^sae-([1-9]\d{0,8})$/;
const SHORT_HASH = /^[\da-f]{1,3}$/i;

/**
 * Finds a sweep by its name or id, a run by the beginning of its hash or by its folder, an SAE by its id, or takes the name as that of files.
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
  const saeId = SAE_ID.exec(given)?.[1];
  const sae = saeId === undefined ? undefined : await saeById(db, Number(saeId));
  if (sae !== undefined) return { kind: 'sae', sae };
  const runs = HASH.test(given) ? await runsByHashPrefix(db, given.toLowerCase(), CANDIDATES) : [];
  if (runs.length === 1) return { kind: 'run', run: (await runById(db, runs[0]!.id))! };
  const names = sweeps.map(({ name }) => name);
  throw new SaeLabError('evaluation.no-target', {
    ...noTarget(
      given,
      runs.map(({ runHash }) => runHash),
      names,
    ),
    field,
    received: given,
    fix: 'Name a sweep or its id, at least the first 4 digits of a run’s hash, or a path that starts with . or /.',
  });
}

function noTarget(
  given: string,
  hashes: readonly string[],
  sweeps: readonly string[],
): { problem: string; expected: string } {
  if (hashes.length > 1) {
    return {
      problem: 'is the beginning of several hashes',
      expected: hashes.map((hash) => hash.slice(0, given.length + 8)).join(', '),
    };
  }
  return {
    problem: SHORT_HASH.test(given)
      ? 'is not a sweep, and too short for the beginning of a run’s hash'
      : SAE_ID.test(given)
        ? 'the database has no such SAE'
        : 'is neither a sweep nor a run',
    expected: expectedName(given, sweeps),
  };
}

/** The hash of the run whose folder this is; undefined for any other folder. */
function hashOfFolder(folder: string, dataDir: string): string | undefined {
  const ofRun = basename(folder) === 'sae' ? dirname(folder) : folder;
  return dirname(ofRun) === resolve(dataDir, 'runs') ? basename(ofRun) : undefined;
}
