import { BASELINES, EVALUATIONS } from '@sae-lab/core';
import { describeValue, expectedName } from '@sae-lab/errors';
import { z } from 'zod';

/** An evaluation or a baseline that a sweep asks for, its settings checked and complete. */
export interface Requested {
  readonly name: string;
  readonly settings: object;
}

interface Known {
  readonly name: string;
  readonly settings: z.ZodType<object>;
}

/** Field names of the settings, for an error that lists them. */
function fieldsOf(settings: z.ZodType): string[] {
  const { properties = {} } = z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' });
  return Object.keys(properties);
}

/**
 * Reads `'ce'`, or `{ name: 'probing', … }` with settings.
 *
 * @param what e.g. `evaluation`
 */
function readRequest(value: unknown, what: string, known: readonly Known[], context: Context): Requested {
  const given = typeof value === 'string' ? { name: value } : value;
  if (typeof given !== 'object' || given === null || typeof (given as { name?: unknown }).name !== 'string') {
    return refuse(context, [], value, `is not ${what}`, `the name of ${what}, or an object with its name`);
  }
  const { name, ...settings } = given as { name: string };
  const definition = known.find((candidate) => candidate.name === name);
  if (definition === undefined) {
    const names = known.map((candidate) => candidate.name);
    return refuse(context, [], name, `is not ${what}`, expectedName(name, names));
  }
  const parsed = definition.settings.safeParse(settings, { reportInput: true });
  if (parsed.success) return { name, settings: parsed.data };
  for (const issue of parsed.error.issues) {
    if (issue.code !== 'unrecognized_keys') {
      context.issues.push(raw(issue));
      continue;
    }
    for (const key of issue.keys) {
      const fields = fieldsOf(definition.settings);
      const expected = fields.length === 0 ? 'no settings' : expectedName(key, fields);
      refuse(context, [...issue.path, key], undefined, `is not a setting of ${name}`, expected);
    }
  }
  return z.NEVER;
}

/** An issue of an inner parse for the outer one, which completes its path. */
function raw(issue: z.core.$ZodIssue): z.core.$ZodRawIssue {
  return { ...issue, path: [...issue.path] } as z.core.$ZodRawIssue;
}

type Context = Parameters<Parameters<ReturnType<typeof z.unknown>['transform']>[0]>[1];

function refuse(
  context: Context,
  path: readonly PropertyKey[],
  input: unknown,
  message: string,
  expected: string,
): never {
  const params = { expected, ...(input !== undefined && { received: describeValue(input) }) };
  context.issues.push({ code: 'custom', input, path: [...path], message, params });
  return z.NEVER;
}

const request = (what: string, known: readonly Known[]) =>
  z.unknown().transform((value, context) => readRequest(value, what, known, context));

/** An entry of `evaluation.also`. */
export const evaluationRequest = request('an evaluation', EVALUATIONS);

/** A baseline of a sweep: one that is made from the activations, or an SAE from files. */
export type BaselineEntry = ({ readonly kind: 'baseline' } & Requested) | SaeEntry;

/** An SAE from files. */
export interface SaeEntry {
  readonly kind: 'sae';
  /** A path, or `hub:org/name/path`. */
  readonly source: string;
  /** Where its files name no hook, or the sweep gives it another name. */
  readonly hook?: string | undefined;
  /** Evaluate it although its files name another model. */
  readonly anyModel?: boolean | undefined;
}

const saeEntry = z.strictObject({
  kind: z.literal('sae'),
  source: z.string().min(1),
  hook: z.string().min(1).optional(),
  anyModel: z.boolean().optional(),
});

/** An entry of `baselines`. */
export const baselineRequest = z.unknown().transform((value, context): BaselineEntry => {
  if ((value as { kind?: unknown } | null)?.kind !== 'sae') {
    return { kind: 'baseline', ...readRequest(value, 'a baseline', BASELINES, context) };
  }
  const parsed = saeEntry.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  context.issues.push(...parsed.error.issues.map(raw));
  return z.NEVER;
});

/**
 * An SAE from files, to compare the runs of a sweep with.
 *
 * @param source a path, which starts with `.` or `/` and is relative to the experiment's file
 * @param options `hook` where its files name none; `anyModel` if its files call the model by another name
 * @example baselines: ['identity', sae('../saes/theirs')]
 */
export function sae(source: string, options: Omit<SaeEntry, 'kind' | 'source'> = {}): SaeEntry {
  return { kind: 'sae', source, ...options };
}
