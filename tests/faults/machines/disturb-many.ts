import { undisturbed } from '../undisturbed.ts';
import { countsOf, disturbSweep, EXPERIMENT, type DisturbedSweep } from './disturbed-sweep.ts';
import { MACHINES } from './cluster.ts';
import { faultsOf } from './plan.ts';
import { STORE_KINDS } from './servers.ts';

export interface Figures {
  readonly test: 'faults';
  readonly faults: number;
  readonly runs: number;
  readonly lost: number;
  readonly doubled: number;
  readonly differ: number;
  readonly seconds: number;
  readonly violations: number;
  readonly sweeps: number;
  /** Starts of workers. */
  readonly workers: number;
  readonly givenUp: number;
  readonly kinds: Readonly<Record<string, number>>;
}

/** After these, a sweep is nearly over. */
const FAULTS_PER_SWEEP = 30;

/**
 * Lets this many faults happen, in as many sweeps as needed, with each kind of store in turn. Continues after a violation.
 *
 * @param stop no further faults; the sweep that runs is finished and judged
 */
export async function disturbMany(
  { faults: wanted, seed, stop }: { faults: number; seed: number; stop?: AbortSignal },
  onSweep: (sweep: DisturbedSweep) => void,
): Promise<Figures> {
  const start = performance.now();
  const reference = await undisturbed(EXPERIMENT);
  const plan = faultsOf(seed, MACHINES);
  const isStopped = (): boolean => stop?.aborted === true;
  const sweeps: DisturbedSweep[] = [];
  for (let left = wanted; left > 0 && !isStopped(); left -= sweeps.at(-1)!.faults.length) {
    const store = STORE_KINDS[sweeps.length % STORE_KINDS.length]!;
    const sweep = await disturbSweep(plan, Math.min(left, FAULTS_PER_SWEEP), { store, reference, stop });
    sweeps.push(sweep);
    onSweep(sweep);
  }
  const sum = (of: (sweep: DisturbedSweep) => number): number =>
    sweeps.reduce((total, sweep) => total + of(sweep), 0);
  const kinds = sweeps.flatMap(({ faults }) => faults).map(({ kind }) => kind);
  return {
    test: 'faults',
    faults: sum(({ faults }) => faults.length),
    runs: sum(({ runs }) => runs),
    lost: sum(({ lost }) => lost),
    doubled: sum(({ doubled }) => doubled),
    differ: sum(({ differ }) => differ),
    seconds: Math.round((performance.now() - start) / 1000),
    violations: sum(({ violations }) => violations.length),
    sweeps: sweeps.length,
    workers: sum(({ ends }) => Object.values(ends).reduce((total, count) => total + count, 0)),
    givenUp: sum(({ givenUp }) => givenUp),
    kinds: countsOf(kinds),
  };
}
