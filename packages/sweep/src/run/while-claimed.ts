import { openClaims, type Claims, type Database } from '@sae-lab/db';
import { takenOver } from '../worker/lease.ts';
import type { TrainingSignals } from './train-runs.ts';

/** How long a process whose claims are lost tries to hand back its work. The database may not answer. */
const HAND_BACK_MS = 10_000;

export interface ClaimedSignals extends TrainingSignals {
  /** The connections of the database are closed, whatever waits for them. */
  readonly giveUp: AbortSignal;
}

/**
 * Works with its own claims, which are freed at the end. If they are lost, because this process was silent for too long
 * or its connection broke, the work is stopped and its processes are killed: others may do the same work by then.
 *
 * @throws {SaeLabError} `run.taken-over`, and what the work throws
 */
export async function whileClaimed<T>(
  database: Database,
  { stop, kill }: TrainingSignals,
  work: (claims: Claims, signals: ClaimedSignals) => Promise<T>,
  handBackMs = HAND_BACK_MS,
): Promise<T> {
  const claims = await openClaims(database);
  const { lost } = claims;
  const patience = new AbortController();
  const signals = {
    stop: AbortSignal.any([stop, lost]),
    kill: AbortSignal.any([kill, lost]),
    giveUp: patience.signal,
  };
  let timer: NodeJS.Timeout | undefined;
  lost.addEventListener('abort', () => (timer = setTimeout(() => patience.abort(), handBackMs)));
  signals.giveUp.addEventListener('abort', () => void database.close());
  try {
    const result = await work(claims, signals);
    if (lost.aborted) throw lost.reason ?? takenOver();
    return result;
  } catch (error) {
    // Whatever failed after that failed because of it.
    throw lost.aborted ? (lost.reason ?? takenOver(error)) : error;
  } finally {
    await claims.close();
    clearTimeout(timer);
  }
}
