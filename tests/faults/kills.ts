import { seeded } from '@sae-lab/core';

/** What is killed, by turns. */
const VICTIMS = ['command', 'child', 'server'] as const;
type Victim = (typeof VICTIMS)[number];

export interface Kill {
  readonly victim: Victim;
  /** From when on its time is counted: the start of the command, or that of a training process. */
  readonly from: 'start' | 'training';
  readonly afterMs: number;
  /** Which of several training processes: a fraction of their number. */
  readonly which: number;
}

/** Past the extraction, and past the first runs, on a machine of ordinary speed. */
const LONGEST_MS = { start: 4000, training: 2500 } as const;

/** Kills without end, the same for the same seed. */
export function* killsOf(seed: number): Generator<Kill, never> {
  const random = seeded(seed, 'kills');
  for (let turn = random.integer(0, 2); ; turn++) {
    const victim = VICTIMS[turn % VICTIMS.length]!;
    const from = victim === 'child' || random.integer(0, 1) === 1 ? 'training' : 'start';
    yield { victim, from, afterMs: random.integer(0, LONGEST_MS[from]), which: random.uniform() };
  }
}
