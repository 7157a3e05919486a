import type { z } from 'zod';

/** The media type of a response that is not JSON. */
interface Download {
  readonly type: string;
  readonly meaning: string;
}

/** One address of the API: what it takes and what it answers. Checks, OpenAPI document and docs come from it. */
export interface Endpoint<
  Path extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Answer extends z.ZodType = z.ZodType,
> {
  /** In the OpenAPI document, e.g. `listRuns`. */
  readonly id: string;
  /** Below `/api/v1`, with parameters in braces, e.g. `/runs/{run}`. */
  readonly path: string;
  readonly summary: string;
  /** Further sentences. */
  readonly description?: string;
  /** The parameters in braces. Each takes text. */
  readonly parameters: Path;
  /** Each takes text; undefined means that the parameter is absent. */
  readonly query: Query;
  /** Undefined where the response is only a download. */
  readonly answer?: Answer;
  readonly downloads?: readonly Download[];
  /** An address to try, below `/api/v1`. */
  readonly example: string;
}

/** Checks an endpoint where it is written, and keeps the types of its schemas. */
export function defineEndpoint<
  Path extends z.ZodObject,
  Query extends z.ZodObject,
  Answer extends z.ZodType = z.ZodNever,
>(endpoint: Endpoint<Path, Query, Answer>): Endpoint<Path, Query, Answer> {
  return endpoint;
}
