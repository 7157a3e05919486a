import { answer } from '../../../all-runs/answer.ts';
import { parseCurvesRequest } from '../../../curves/curve-request.ts';
import { loadCurves } from '../../../curves/load-curves.ts';

/** `/api/curves?runs=1-8&curve=loss&from=0&until=500&buckets=300`: curves of runs in buckets. */
export async function GET(request: Request): Promise<Response> {
  const wanted = parseCurvesRequest(new URL(request.url).searchParams);
  if (wanted === undefined) return new Response('The address names no runs or no curves.', { status: 400 });
  return answer((db) => loadCurves(db, wanted));
}
