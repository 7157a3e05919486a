import { SaeLabError, describeValue, expectedName, nearest, type ErrorDetails } from '@sae-lab/errors';
import { z } from 'zod';

/** A problem of a definition. `field` is a path as its author would write it, e.g. `variants[1].k`. */
export type Problem = Omit<ErrorDetails, 'cause'>;

/** Further problems of a definition are only counted. */
const LISTED = 50;
/** The most edits between a misspelt name and the right one. */
const MISSPELT = 2;
/** Of more allowed values, only the nearest are named. */
const MOST_VALUES = 6;
const REFERENCE = 'docs/reference.md describes every setting.';

/** One error for all problems of a definition, so that its author can fix them at once. */
export function invalidSweep(problems: readonly Problem[]): SaeLabError {
  const distinct = unique(problems);
  const [first] = distinct;
  if (first !== undefined && distinct.length === 1) {
    return new SaeLabError('sweep.invalid', { fix: REFERENCE, ...first });
  }
  // The reference is named once, below the list.
  const lines = distinct
    .slice(0, LISTED)
    .map((problem) => `  - ${sentence(problem).replace(` ${REFERENCE}`, '')}`);
  if (distinct.length > LISTED) lines.push(`  and ${distinct.length - LISTED} more`);
  return new SaeLabError('sweep.invalid', {
    problem: `${distinct.length} problems in the sweep's definition:\n${lines.join('\n')}\n${REFERENCE}`,
  });
}

/**
 * Turns zod's issues into problems. Parse with `reportInput: true`, so that the received value is known.
 *
 * @param path place of the parsed value in the definition, e.g. `variants[1]`; '' for the definition itself
 */
export function problemsOf(error: z.ZodError, path: string, schema: z.ZodType): Problem[] {
  return error.issues
    .filter((issue) => !isMisspelt(issue, error.issues))
    .flatMap((issue) => problemsOfIssue(issue, path, schema));
}

/** Whether a field is missing only because its name is misspelt, which is a problem that is reported already. */
function isMisspelt(issue: z.core.$ZodIssue, issues: readonly z.core.$ZodIssue[]): boolean {
  if (issue.code === 'unrecognized_keys' || foundBy(issue) !== undefined) return false;
  const [name, parent] = [String(issue.path.at(-1)), JSON.stringify(issue.path.slice(0, -1))];
  return issues.some(
    (other) =>
      other.code === 'unrecognized_keys' &&
      JSON.stringify(other.path) === parent &&
      other.keys.some((key) => nearest(key, [name], 1, MISSPELT).length > 0),
  );
}

/** `joinPath('variants[1]', ['k'])` is `variants[1].k`. */
export function joinPath(base: string, keys: readonly PropertyKey[]): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${key}]`;
    if (!/^[\w$]+$/.test(String(key))) return `${path}[${JSON.stringify(String(key))}]`;
    return path === '' ? String(key) : `${path}.${String(key)}`;
  }, base);
}

function problemsOfIssue(issue: z.core.$ZodIssue, base: string, schema: z.ZodType): Problem[] {
  const field = joinPath(base, issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, issue.path, issue.input);
    return issue.keys.map((key) => ({
      field: joinPath(field, [key]),
      problem: 'is not a known field',
      ...(known.length > 0 && { expected: expectedName(key, known) }),
      fix: `Remove it or correct its name. ${REFERENCE}`,
    }));
  }
  const inner = issuesOfObject(issue);
  if (inner.length > 0) {
    return inner.flatMap((one) =>
      problemsOfIssue({ ...one, path: [...issue.path, ...one.path] }, base, schema),
    );
  }
  const found = foundBy(issue);
  const problem: Problem = {
    field: field === '' ? 'definition' : field,
    problem: found === undefined ? 'is missing' : 'is not valid',
    received: found === undefined ? 'nothing' : describeValue(found),
  };
  // Our own schemas add `expected` and `fix` as `params`.
  if (issue.code === 'custom') return [{ ...problem, problem: issue.message, ...issue.params }];
  if (issue.code === 'invalid_type' && issue.expected === 'never') {
    return [{ ...problem, problem: issue.message, expected: 'nothing', fix: 'Remove it.' }];
  }
  return [{ ...problem, expected: expectedBy(issue) }];
}

/** The issues of a union's fields, if an object was given and one of the options is an object. */
function issuesOfObject(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || issue.discriminator !== undefined) return [];
  return issue.errors.find((option) => option.every(({ path }) => path.length > 0)) ?? [];
}

/** The value at the issue's path. For an unknown kind of a union, zod reports the object around it. */
function foundBy(issue: z.core.$ZodIssue): unknown {
  if (issue.code !== 'invalid_union' || issue.discriminator === undefined) return issue.input;
  return (issue.input as Record<string, unknown>)[issue.discriminator];
}

function expectedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return article(issue.expected === 'int' ? 'integer' : issue.expected);
  if (issue.code === 'too_small') {
    return bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
  }
  if (issue.code === 'too_big') {
    return bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
  }
  if (issue.code === 'invalid_value') return valuesText(issue.values, issue.input);
  if (issue.code === 'invalid_union' && 'options' in issue) {
    return issue.options.map((kind) => describeValue(kind)).join(' or ');
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const options = issue.errors.map(([inner]) => (inner === undefined ? '' : expectedBy(inner)));
    return [...new Set(options)].join(', or ');
  }
  return issue.message;
}

/** The values that are allowed; of many, the nearest. */
function valuesText(values: readonly unknown[], found: unknown): string {
  const texts = values.map((value) => describeValue(value));
  return texts.length > MOST_VALUES ? expectedName(describeValue(found), texts) : texts.join(' or ');
}

function bound(origin: string, relation: string, limit: number | bigint): string {
  const counted: Record<string, [string, string]> = {
    array: ['entry', 'entries'],
    string: ['character', 'characters'],
  };
  const unit = counted[origin]?.[limit === 1 ? 0 : 1];
  return [relation, limit, unit].filter((part) => part !== undefined).join(' ');
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** Names of the fields that an object inside a value may have. In a union, its kind determines them. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[], object: unknown): string[] {
  let found: JsonSchema[] = [z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })];
  for (const key of path) found = optionsOf(found).flatMap((inner) => innerSchema(inner, key));
  const options = optionsOf(found);
  const same = options.filter((option) => isOfKind(option, object as Record<string, unknown>));
  return [...new Set((same.length === 0 ? options : same).flatMap(keysOf))];
}

function isOfKind({ properties = {} }: JsonSchema, object: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(properties).every(
    ([key, property]) =>
      !isSchema(property) || property.const === undefined || property.const === object[key],
  );
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

function keysOf({ properties = {} }: JsonSchema): string[] {
  // `not` marks a field that must be absent.
  return Object.entries(properties).flatMap(([key, property]) =>
    typeof property === 'object' && property.not !== undefined ? [] : [key],
  );
}

function optionsOf(schemas: readonly JsonSchema[]): JsonSchema[] {
  return schemas.flatMap((schema) => {
    const options = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
    return options.length === 0 ? [schema] : optionsOf(options.filter(isSchema));
  });
}

function innerSchema({ properties, items }: JsonSchema, key: PropertyKey): JsonSchema[] {
  const inner = typeof key === 'number' ? items : properties?.[String(key)];
  return isSchema(inner) ? [inner] : [];
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && !Array.isArray(value);
}

function sentence(problem: Problem): string {
  return new SaeLabError('sweep.invalid', problem).message;
}

function unique(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
