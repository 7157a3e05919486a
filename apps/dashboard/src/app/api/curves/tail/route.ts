import { answer } from '../../../../all-runs/answer.ts';
import { parseCursors } from '../../../../curves/curve-request.ts';
import { loadTails } from '../../../../curves/load-curves.ts';

/** `/api/curves/tail?after=7:120:loss`: the points of curves that follow a step. −1 asks for all. */
export async function GET(request: Request): Promise<Response> {
  const cursors = parseCursors(new URL(request.url).searchParams);
  return answer((db) => loadTails(db, cursors));
}
