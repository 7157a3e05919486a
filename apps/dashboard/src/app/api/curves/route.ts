import { z } from 'zod';
import { answer } from '../../../all-runs/answer.ts';
import { parseCurvesRequest } from '../../../curves/curve-request.ts';
import { loadCurves } from '../../../curves/load-curves.ts';
import { handle } from '../../../requests/handle.ts';
import { repeated, single } from '../../../requests/schemas.ts';

const query = z.object({
  runs: single,
  curve: repeated,
  from: single,
  until: single,
  buckets: single,
});

/** `/api/curves?runs=1-8&curve=loss&from=0&until=500&buckets=300`: curves of runs in buckets. */
export const GET = handle({ query }, ({ query: asked }) => {
  const wanted = parseCurvesRequest(asked);
  if (wanted === undefined) return new Response('The address names no runs or no curves.', { status: 400 });
  return answer((db) => loadCurves(db, wanted));
});
