import type { Session } from '../connection/session.ts';
import { SaeLabError } from '@sae-lab/errors';

/** Says every few seconds that a process lives, and knows until when its claims are certainly its own. */
export interface Heartbeat {
  /** On the clock of `process.hrtime.bigint()`. It is over before others may take the claims over. */
  readonly until: bigint;
  /**
   * Aborts once the claims are gone. Its reason is the error of the database that ended them, or undefined if another
   * process has taken them over.
   */
  readonly lost: AbortSignal;
  /** @returns a function that ends the subscription */
  onExtended(listener: (until: bigint) => void): () => void;
  /** Says so now. Does nothing once the claims are lost. */
  beat(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A process speaks several times before it counts as dead. Its lease ends before others may take its claims over; it is
 * counted from before the question.
 */
const NS_PER_MS = BigInt(1e6);

function timesFor(silent: number): { everyMs: number; leaseNs: bigint } {
  return { everyMs: silent * 200, leaseNs: (BigInt(silent) * BigInt(11e9)) / BigInt(15) };
}

/**
 * Starts the heartbeat of a process. If it was suspended and wakes up, its claims hold again unless somebody has taken them
 * over meanwhile.
 *
 * @param silentSeconds after this silence others take it for dead
 */
export async function startHeartbeat(
  session: Session,
  holderId: number,
  silentSeconds: number,
): Promise<Heartbeat> {
  const { everyMs, leaseNs } = timesFor(silentSeconds);
  /** Times at which there was no answer yet. Not counted while this process is suspended: its answer may be waiting. */
  let unanswered = 0;
  const listeners = new Set<(until: bigint) => void>();
  const lost = new AbortController();
  let until = BigInt(0);
  let asked = BigInt(0);
  let asking: Promise<void> | undefined;
  const lose = (reason?: unknown): void => {
    clearInterval(timer);
    // Without an argument, the reason would be an AbortError.
    if (!lost.signal.aborted) lost.abort(reason ?? null);
  };
  const ask = async (): Promise<void> => {
    // From before the question: the answer may have been on its way for long.
    asked = now();
    const rows = await session.query(
      (query) => query`update claim_holders set seen_at = now() where id = ${holderId}::int returning true`,
    );
    if (rows.length === 0) return lose();
    until = asked + leaseNs;
    for (const listener of listeners) listener(until);
  };
  const beat = (): Promise<void> => {
    if (lost.signal.aborted) return Promise.resolve();
    if (asking === undefined) {
      unanswered = 0;
      asking = ask()
        .catch(lose)
        .finally(() => (asking = undefined));
    } else {
      unanswered += 1;
      // A cut cable brings neither an answer nor an error.
      if (BigInt(unanswered * everyMs) * NS_PER_MS > leaseNs) lose(noAnswer(unanswered * everyMs));
    }
    return asking;
  };
  const timer = setInterval(() => void beat(), everyMs);
  timer.unref();
  await beat();
  return {
    get until() {
      return until;
    },
    lost: lost.signal,
    onExtended(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    beat,
    async stop() {
      clearInterval(timer);
      // One that gets no answer ends with its session.
      if (!lost.signal.aborted) await asking;
    },
  };
}

function noAnswer(milliseconds: number): SaeLabError {
  return new SaeLabError('db.connection-lost', {
    problem: `the database has not answered for ${Math.round(milliseconds / 1000)} s`,
    fix: 'Check the network and the server, then start again. Unfinished runs resume from their last checkpoint.',
  });
}

function now(): bigint {
  return process.hrtime.bigint();
}
