import 'server-only';
import type { Db } from '@sae-lab/db/reading';
import type { SaeLabError } from '@sae-lab/errors';
import { read } from '../database/read.ts';

/** Answers with JSON, or with the problem of the request or the database. */
export async function answer<T>(query: (db: Db) => Promise<T>): Promise<Response> {
  const { data, problem } = await read(query);
  if (problem) return refusal(problem, problem.code.startsWith('db.') ? 503 : 400);
  return data instanceof Response ? data : Response.json(data);
}

export function refusal({ code, message }: Pick<SaeLabError, 'code' | 'message'>, status = 400): Response {
  return Response.json({ problem: { code, message } }, { status });
}
