import { randomBytes } from 'node:crypto';

/**
 * The names of sets in the store. They begin with the attempt and a random part, so two processes never write the same
 * name, and sort by attempt and step.
 */

/** All sets of a run are below this name. */
export function setsOfRun(runHash: string): string {
  return `runs/${runHash}`;
}

/** Below this name are the sets of one attempt, as one process writes them. */
export function setsOfAttempt(runHash: string, attempt: number): string {
  return `${setsOfRun(runHash)}/${digits(attempt, 6)}-${randomPart()}`;
}

export function checkpointSet(ofAttempt: string, step: number): string {
  return `${ofAttempt}/checkpoint-${digits(step, 9)}`;
}

export function saeSet(ofAttempt: string): string {
  return `${ofAttempt}/sae`;
}

export function setsOfActivations(id: string): string {
  return `activations/${id}`;
}

export function activationsSet(id: string): string {
  return `${setsOfActivations(id)}/${randomPart()}`;
}

interface CheckpointName {
  readonly set: string;
  readonly attempt: number;
  readonly step: number;
}

/** The checkpoints among these sets of a run, the one that counts first: of the latest attempt, the latest step. */
export function checkpointsAmong(sets: readonly string[]): CheckpointName[] {
  return sets
    .flatMap((set) => {
      const [, attempt, step] = /\/(\d{6})-[0-9a-f]+\/checkpoint-(\d{9})$/.exec(set) ?? [];
      return step === undefined ? [] : [{ set, attempt: Number(attempt), step: Number(step) }];
    })
    .toSorted((a, b) => b.attempt - a.attempt || b.step - a.step);
}

/** The saved SAEs among these sets of a run, that of the latest attempt first. */
export function saesAmong(sets: readonly string[]): string[] {
  return sets.filter((set) => /\/\d{6}-[0-9a-f]+\/sae$/.test(set)).toSorted((a, b) => (a < b ? 1 : -1));
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, '0');
}

function randomPart(): string {
  return randomBytes(4).toString('hex');
}
