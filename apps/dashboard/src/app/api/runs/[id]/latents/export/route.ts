import { checked, noSuchPage, segmentId, type IdRoute } from '../../../../../../requests/route.ts';
import { describedSae } from '../../../../../../latents/described-sae.ts';
import { loadListState } from '../../../../../../latents/list/list-state.ts';
import { loadExport } from '../../../../../../latents/list/load-export.ts';

/** `/api/runs/3/latents/export?filter=density+<+0.1`: all latents that pass the filters. */
export async function GET(request: Request, route: IdRoute): Promise<Response> {
  const id = await segmentId(route);
  const state = loadListState(new URL(request.url).searchParams);
  return checked(async (db) => {
    const described = id === undefined ? undefined : await describedSae(db, id, state.of);
    return described === undefined ? noSuchPage() : Response.json(await loadExport(db, described, state));
  });
}
