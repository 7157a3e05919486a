import { seeded } from '@sae-lab/core';

/** What happens to machines and servers. */
const KINDS = [
  'worker killed',
  'training process killed',
  'power lost',
  'suspended',
  'suspended for long',
  'cable cut',
  'cable cut for long',
  'clock set',
  'disk full',
  'preempted',
  'database killed',
  'store down',
] as const;
type Kind = (typeof KINDS)[number];

export interface Fault {
  readonly kind: Kind;
  /** Index of the machine. Those of the servers hit all machines. */
  readonly machine: number;
  /** Time since the fault before. */
  readonly afterMs: number;
  /** Whether it waits until the machine trains, if that is soon. Otherwise it may hit a worker that starts. */
  readonly whileTraining: boolean;
  /** Time until it is mended. */
  readonly forMs: number;
  /** How many seconds the clock is off. */
  readonly clock: number;
}

/** A worker counts as dead after this silence. */
export const SILENT_SECONDS = 5;
const LONGEST_GAP_MS = 500;
const CLOCKS = [600, -600, 0] as const;

/** Shorter and longer than the silence after which others take over. */
const DURATIONS: Readonly<Partial<Record<Kind, readonly [number, number]>>> = {
  suspended: [300, 2500],
  'suspended for long': [1000 * SILENT_SECONDS + 500, 1000 * SILENT_SECONDS + 4000],
  'cable cut': [300, 2500],
  'cable cut for long': [1000 * SILENT_SECONDS + 500, 1000 * SILENT_SECONDS + 4000],
  'disk full': [500, 3000],
  'database killed': [0, 1500],
  'store down': [300, 3000],
};

/** An endless series of faults, determined by the seed. Every kind comes once before any comes again. */
export function* faultsOf(seed: number, machines: number): Generator<Fault, never> {
  const random = seeded(seed, 'faults of machines');
  for (;;) {
    const kinds = [...KINDS];
    while (kinds.length > 0) {
      const [kind] = kinds.splice(random.integer(0, kinds.length - 1), 1) as [Kind];
      const [least, most] = DURATIONS[kind] ?? [0, 0];
      yield {
        kind,
        machine: random.integer(0, machines - 1),
        afterMs: random.integer(100, LONGEST_GAP_MS),
        whileTraining: random.integer(0, 2) > 0,
        forMs: random.integer(least, most),
        clock: CLOCKS[random.integer(0, CLOCKS.length - 1)]!,
      };
    }
  }
}
