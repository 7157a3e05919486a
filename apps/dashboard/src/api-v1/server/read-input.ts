import 'server-only';
import { expectedName, SaeLabError } from '@sae-lab/errors';
import type { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';

/**
 * The checked parameters of a request.
 *
 * @param path by name, decoded
 * @throws {SaeLabError} `api.invalid-parameter`
 */
export function readInput<Path extends z.ZodObject, Query extends z.ZodObject>(
  { parameters, query }: Pick<Endpoint<Path, Query>, 'parameters' | 'query'>,
  path: Readonly<Record<string, string>>,
  search: URLSearchParams,
): { readonly path: z.infer<Path>; readonly query: z.infer<Query> } {
  const given: Record<string, string> = {};
  for (const [name, value] of search) {
    if (!Object.hasOwn(query.shape, name)) throw unknownParameter(name, Object.keys(query.shape));
    if (Object.hasOwn(given, name)) {
      throw new SaeLabError('api.invalid-parameter', {
        problem: 'is given more than once',
        field: name,
        expected: 'one value',
      });
    }
    given[name] = value;
  }
  return { path: checked(parameters, path), query: checked(query, given) };
}

function checked<Schema extends z.ZodObject>(
  schema: Schema,
  given: Readonly<Record<string, string>>,
): z.infer<Schema> {
  const { data, error } = schema.safeParse(given);
  if (error === undefined) return data;
  const [issue] = error.issues;
  const field = String(issue!.path[0] ?? '');
  const received = given[field];
  throw new SaeLabError('api.invalid-parameter', {
    problem: received === undefined ? 'is missing' : 'has a wrong value',
    field,
    expected: expectation(issue!),
    ...(received !== undefined && {
      received: received.length > 80 ? `${received.slice(0, 80)}…` : received,
    }),
  });
}

function unknownParameter(name: string, known: readonly string[]): SaeLabError {
  return new SaeLabError('api.invalid-parameter', {
    problem: 'is not a parameter of this address',
    field: name.slice(0, 80),
    expected: known.length === 0 ? 'no parameters' : expectedName(name, known),
  });
}

/** What zod expected, without what it received: zod sees a converted value. */
function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_small') return `at least ${issue.minimum}${OF[issue.origin] ?? ''}`;
  if (issue.code === 'too_big') return `at most ${issue.maximum}${OF[issue.origin] ?? ''}`;
  if (issue.code === 'invalid_value') return issue.values.map(String).join(', ');
  if (issue.code === 'invalid_type') return EXPECTED[issue.expected] ?? issue.expected;
  return 'text without control characters';
}

const OF: Readonly<Record<string, string>> = { string: ' characters', array: ' names' };
const EXPECTED: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a whole number',
  string: 'a text',
};
