import { openClaims, type Claims, type Database } from '@sae-lab/db';
import { takenOver } from '../worker/lease.ts';
import type { TrainingSignals } from './train-runs.ts';

/**
 * Works with its own claims, which are freed at the end. If they are lost, because this process was silent for too long
 * or its connection broke, the work is stopped and its processes are killed: others may do the same work by then.
 *
 * @throws {SaeLabError} `run.taken-over`, and what the work throws
 */
export async function whileClaimed<T>(
  database: Database,
  { stop, kill }: TrainingSignals,
  work: (claims: Claims, signals: TrainingSignals) => Promise<T>,
): Promise<T> {
  const claims = await openClaims(database);
  const { lost } = claims;
  const signals = { stop: AbortSignal.any([stop, lost]), kill: AbortSignal.any([kill, lost]) };
  try {
    const result = await work(claims, signals);
    if (lost.aborted) throw lost.reason ?? takenOver();
    return result;
  } catch (error) {
    // Whatever failed after that failed because of it.
    throw lost.aborted && lost.reason === null ? takenOver(error) : error;
  } finally {
    await claims.close();
  }
}
