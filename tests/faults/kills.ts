import { seeded } from '@sae-lab/core';

/** The processes to kill, in turn. */
const VICTIMS = ['command', 'child', 'server'] as const;
type Victim = (typeof VICTIMS)[number];

export interface Kill {
  readonly victim: Victim;
  /** Whether the delay starts with the command or with a worker process. */
  readonly from: 'start' | 'training';
  readonly afterMs: number;
  /** Which worker process to kill, as a fraction of their number. */
  readonly which: number;
}

/** Long enough to reach beyond the extraction and the first runs on an ordinary machine. */
const LONGEST_MS = { start: 4000, training: 2500 } as const;

/** An endless series of kills, determined by the seed. */
export function* killsOf(seed: number): Generator<Kill, never> {
  const random = seeded(seed, 'kills');
  for (let turn = random.integer(0, 2); ; turn++) {
    const victim = VICTIMS[turn % VICTIMS.length]!;
    const from = victim === 'child' || random.integer(0, 1) === 1 ? 'training' : 'start';
    yield { victim, from, afterMs: random.integer(0, LONGEST_MS[from]), which: random.uniform() };
  }
}
