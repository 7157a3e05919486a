import 'server-only';
import { createHash } from 'node:crypto';
import type { Db } from '@sae-lab/db/reading';
import { SaeLabError } from '@sae-lab/errors';
import type { z } from 'zod';
import { read } from '../../database/read.ts';
import type { Endpoint } from '../endpoint.ts';
import { problemResponse, unexpectedResponse } from './problem-response.ts';
import { readInput } from './read-input.ts';

/** What Next passes to a route. */
interface RouteContext {
  /** Undefined for an address without parameters. */
  readonly params: Promise<Record<string, string> | undefined>;
}

type Input<Path extends z.ZodObject, Query extends z.ZodObject> = {
  readonly path: z.infer<Path>;
  readonly query: z.infer<Query>;
  readonly request: Request;
};

/**
 * The handler of an endpoint: checks the request, reads from the database, and answers with JSON that readers may keep as
 * long as its `ETag` holds.
 *
 * @param load returns the answer, or a response that is not JSON
 */
export function route<Path extends z.ZodObject, Query extends z.ZodObject, Answer extends z.ZodType>(
  endpoint: Endpoint<Path, Query, Answer>,
  load: (db: Db, input: Input<Path, Query>) => Promise<z.input<Answer> | Response>,
): (request: Request, context: RouteContext) => Promise<Response> {
  return async (request, { params }) => {
    try {
      const input = readInput(endpoint, (await params) ?? {}, new URL(request.url).searchParams);
      const { data, problem } = await read((db) => load(db, { ...input, request }));
      if (problem) return problemResponse(problem);
      return data instanceof Response ? data : jsonResponse(request, data);
    } catch (error) {
      if (error instanceof SaeLabError) return problemResponse(error);
      console.error(error);
      return unexpectedResponse();
    }
  };
}

/** The same for an endpoint that reads no database. */
export function staticRoute<Answer extends z.ZodType>(
  answer: () => z.input<Answer>,
  endpoint: Endpoint<z.ZodObject, z.ZodObject, Answer>,
): (request: Request, context: RouteContext) => Promise<Response> {
  return async (request) => {
    try {
      readInput(endpoint, {}, new URL(request.url).searchParams);
      return jsonResponse(request, answer());
    } catch (error) {
      if (error instanceof SaeLabError) return problemResponse(error);
      throw error;
    }
  };
}

/** Weak, because the same answer may be sent compressed. */
function jsonResponse(request: Request, answer: unknown): Response {
  const body = JSON.stringify(answer);
  const tag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const headers = { ETag: tag, 'Cache-Control': 'private, no-cache' };
  if (matches(request.headers.get('if-none-match'), tag)) return new Response(null, { status: 304, headers });
  return new Response(body, { headers: { ...headers, 'Content-Type': 'application/json' } });
}

/** Whether a list of entity tags has this one, weakly compared (RFC 9110, 13.1.2). */
export function matches(list: string | null, tag: string): boolean {
  const weak = (text: string): string => text.trim().replace(/^W\//, '');
  return list !== null && list.split(',').some((each) => each.trim() === '*' || weak(each) === weak(tag));
}
