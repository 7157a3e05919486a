import { loadCurvesOf, sentCurves } from '../../../../api-v1/answers/curves.ts';
import { listCurves } from '../../../../api-v1/endpoints/curves.ts';
import { curvesParquet } from '../../../../api-v1/server/curves-parquet.ts';
import { route } from '../../../../api-v1/server/route.ts';

export const GET = route(listCurves, async (db, { query }) => {
  const curves = await loadCurvesOf(db, query);
  return query.format === 'parquet' ? curvesParquet(curves) : sentCurves(curves);
});
