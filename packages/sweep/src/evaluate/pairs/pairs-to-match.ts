import { activationsById, compareSubjects, isSameSubject, runsOfSweep, type Db } from '@sae-lab/db';
import { SaeLabError } from '@sae-lab/errors';
import { configurationsOf } from '@sae-lab/measures';
import type { EvaluatedHook, SubjectToEvaluate } from '../evaluated-hook.ts';
import type { EvaluatedTarget } from '../target/evaluated-target.ts';

/** Two SAEs of one hook, in the order in which they are stored. */
export interface PairToMatch {
  readonly on: EvaluatedHook;
  readonly a: SubjectToEvaluate;
  readonly b: SubjectToEvaluate;
}

/** All pairs of finished runs of a sweep that differ in nothing but their seed. */
export async function seedPairs(db: Db, sweepId: number, { hooks }: EvaluatedTarget): Promise<PairToMatch[]> {
  const runs = await runsOfSweep(db, sweepId);
  // Labels are not needed, so neither is the name of the coefficient.
  const configurations = configurationsOf(runs, () => undefined);
  const configurationOf = new Map(runs.map(({ id }, i) => [id, configurations[i]!.configuration]));
  return hooks.flatMap((on) => {
    const ofRuns = on.subjects.filter(({ subject }) => subject.runId !== undefined);
    const groups = Map.groupBy(ofRuns, ({ subject }) => configurationOf.get(subject.runId!));
    return [...groups.values()].flatMap((group) =>
      group.flatMap((one, i) => group.slice(i + 1).map((other) => ordered(on, one, other))),
    );
  });
}

/**
 * The SAEs of a target with another one of the same hook. Of a sweep, only its runs.
 *
 * @throws {SaeLabError} `sae.wrong-hook` if none has its hook
 */
export async function pairsWith(
  db: Db,
  { hooks, isSweep }: EvaluatedTarget & { readonly isSweep: boolean },
  other: EvaluatedTarget,
): Promise<PairToMatch[]> {
  const on = other.hooks[0];
  const subject = on?.subjects[0];
  if (on === undefined || subject === undefined) return [];
  const pairs: PairToMatch[] = [];
  for (const hook of hooks) {
    if (!(await isSameHook(db, hook, on))) continue;
    for (const one of hook.subjects) {
      if (isSweep && one.subject.runId === undefined) continue;
      if (isSameSubject(one.subject, subject.subject)) continue;
      pairs.push(ordered(hook, one, subject));
    }
  }
  if (pairs.length > 0) return pairs;
  throw new SaeLabError('sae.wrong-hook', {
    problem: 'no other SAE of the target has the hook of this one, so their latents cannot be matched',
    field: '--with',
    expected: `an SAE of ${[...new Set(hooks.map(({ hook }) => hook))].join(', ')} of the same model`,
    received: `${subject.label.sae}, ${on.hook}`,
    fix: 'Name two SAEs of one hook.',
  });
}

/** Whether SAEs of both read the same activations of the same model, perhaps of other text. */
async function isSameHook(db: Db, one: EvaluatedHook, other: EvaluatedHook): Promise<boolean> {
  if (one.activations.id === other.activations.id) return true;
  const [here, there] = [
    await activationsById(db, one.activations.id),
    await activationsById(db, other.activations.id),
  ];
  return here?.model === there?.model && one.hook === other.hook && one.dIn === other.dIn;
}

function ordered(on: EvaluatedHook, one: SubjectToEvaluate, other: SubjectToEvaluate): PairToMatch {
  return compareSubjects(one.subject, other.subject) < 0
    ? { on, a: one, b: other }
    : { on, a: other, b: one };
}
