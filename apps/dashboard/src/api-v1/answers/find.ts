import 'server-only';
import { runById, type Db, type Run } from '@sae-lab/db/reading';
import { SaeLabError } from '@sae-lab/errors';
import { findRun } from '../../runs/find-run.ts';

/**
 * The run of an address.
 *
 * @throws {SaeLabError} `api.not-found`, `api.ambiguous-run`
 */
export async function runOf(db: Db, written: string): Promise<Run> {
  const found = await findRun(db, written);
  if (found !== undefined && 'candidates' in found) {
    throw new SaeLabError('api.ambiguous-run', {
      problem: 'several runs have hashes that start with these digits',
      field: 'run',
      expected: found.candidates
        .slice(0, 3)
        .map(({ runHash }) => runHash)
        .join(', '),
      received: written,
    });
  }
  const run = found && (await runById(db, found.id));
  if (run === undefined) throw notFound('run', written);
  return run;
}

export function notFound(what: string, received: string | number): SaeLabError {
  return new SaeLabError('api.not-found', {
    problem: `the database does not have this ${what}`,
    field: what,
    received: String(received),
  });
}
