import { killSweep, type SweepReport } from './killed-sweep.ts';
import { killsOf } from './kills.ts';
import { undisturbed } from './undisturbed.ts';
import { EXPERIMENT } from './watched-sweep.ts';

export interface Figures {
  readonly kills: number;
  /** Number of kills by kind of process. */
  readonly victims: Record<string, number>;
  readonly sweeps: number;
  readonly starts: number;
  readonly runs: number;
  readonly violations: number;
  /** Over the kills after which a run made progress before the next kill. */
  readonly recoverySeconds: { readonly median: number; readonly longest: number };
  readonly seconds: number;
}

/** After this many kills a sweep is nearly done; the next one starts in an empty folder, with more to interrupt. */
const KILLS_PER_SWEEP = 25;

/**
 * Kills this many times, in as many sweeps as needed. Continues after a violation.
 *
 * @param stop no further kills; the sweep that runs is finished and judged
 */
export async function killMany(
  { kills, seed, stop }: { kills: number; seed: number; stop?: AbortSignal },
  onSweep: (sweep: SweepReport) => Promise<void>,
): Promise<Figures> {
  const start = performance.now();
  const reference = await undisturbed(EXPERIMENT);
  const moments = killsOf(seed);
  const isStopped = (): boolean => stop?.aborted === true;
  const sweeps: SweepReport[] = [];
  for (let left = kills; left > 0 && !isStopped(); left -= sweeps.at(-1)!.kills.length) {
    const sweep = await killSweep(moments, Math.min(left, KILLS_PER_SWEEP), reference, { stop });
    sweeps.push(sweep);
    await onSweep(sweep);
  }
  const all = sweeps.flatMap((sweep) => sweep.kills);
  const recoveries = all.flatMap(({ recoverySeconds }) => recoverySeconds ?? []).toSorted((a, b) => a - b);
  return {
    kills: all.length,
    victims: Object.fromEntries(
      [...Map.groupBy(all, ({ victim }) => victim)].map(([victim, group]) => [victim, group.length]),
    ),
    sweeps: sweeps.length,
    starts: sum(sweeps.map(({ starts }) => starts)),
    runs: sweeps.length * reference.runs.size,
    violations: sum(sweeps.map(({ violations }) => violations.length)),
    recoverySeconds: {
      median: recoveries[Math.floor(recoveries.length / 2)] ?? 0,
      longest: recoveries.at(-1) ?? 0,
    },
    seconds: Math.round((performance.now() - start) / 1000),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
