import 'server-only';
import { SaeLabError } from '@sae-lab/errors';
import type { z } from 'zod';
import { refusal } from '../all-runs/answer.ts';
import { noSuchPage } from './route.ts';
import { withoutBody } from './without-body.ts';

/** What a route takes. What has no schema is not read. */
interface Schemas<Path extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> {
  /** Of the parts of its path, e.g. `{ id }`. Anything else does not exist. */
  readonly path?: Path;
  /** Of the query: text by name, and a list where a name is repeated. */
  readonly query?: Query;
  /** Of the JSON that the request carries; `{}` where it carries nothing. */
  readonly body?: Body;
}

interface Input<Path, Query, Body> {
  readonly path: Path;
  readonly query: Query;
  readonly body: Body;
  readonly request: Request;
}

type Handler = (request: Request, context: { params: Promise<unknown> }) => Promise<Response>;

/**
 * A method of a route. Its input is checked before it is answered.
 *
 * @example
 * export const PUT = handle({ path: idPath, body: z.object({ notes }) }, ({ path, body }) => checked((db) => …));
 */
export function handle<
  Path extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
>(
  schemas: Schemas<Path, Query, Body>,
  answer: (input: Input<z.output<Path>, z.output<Query>, z.output<Body>>) => Response | Promise<Response>,
): Handler {
  return async (request, { params }) => {
    const path = schemas.path?.safeParse(await params);
    if (path?.success === false) return noSuchPage();
    try {
      const query = parsed(schemas.query, () => textsOf(new URL(request.url).searchParams));
      const body = parsed(schemas.body, await jsonOf(request, schemas.body !== undefined));
      const response = await answer({ path: path?.data as z.output<Path>, query, body, request });
      return request.method === 'HEAD' ? await withoutBody(response) : response;
    } catch (error) {
      if (error instanceof SaeLabError) return refusal(error);
      throw error;
    }
  };
}

function parsed<T extends z.ZodType>(schema: T | undefined, read: () => unknown): z.output<T> {
  if (schema === undefined) return undefined as z.output<T>;
  const result = schema.safeParse(read());
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new SaeLabError('dashboard.unknown-request', {
    problem: issue!.message,
    ...(issue!.path.length > 0 && { field: issue!.path.join('.') }),
  });
}

function textsOf(query: URLSearchParams): Record<string, string | string[]> {
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const values = query.getAll(name);
      return [name, values.length === 1 ? values[0]! : values];
    }),
  );
}

async function jsonOf(request: Request, isWanted: boolean): Promise<() => unknown> {
  const text = isWanted ? await request.text() : '';
  return () => {
    if (text === '') return {};
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      throw new SaeLabError('dashboard.unknown-request', {
        problem: 'the request is not JSON',
        cause: error,
      });
    }
  };
}
