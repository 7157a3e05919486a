import { checked, noSuchPage, segmentId, type IdRoute } from '../../../../../requests/route.ts';
import { describedSae } from '../../../../../latents/described-sae.ts';
import { loadListState } from '../../../../../latents/list/list-state.ts';
import { cursorOf, loadList } from '../../../../../latents/list/load-list.ts';

/** More latents than any SAE has. */
const MOST_SKIPPED = 10_000_000;

/** `/api/runs/3/latents?sort=density&after={"value":0.1,"latent":7}&skip=100`: a page of the latents of a run's SAE. */
export async function GET(request: Request, route: IdRoute): Promise<Response> {
  const id = await segmentId(route);
  const { searchParams } = new URL(request.url);
  const state = loadListState(searchParams);
  const after = cursorOf(searchParams.get('after'));
  const skip = Math.min(MOST_SKIPPED, Math.max(0, Math.trunc(Number(searchParams.get('skip')) || 0)));
  return checked(async (db) => {
    const described = id === undefined ? undefined : await describedSae(db, id, state.of);
    if (described === undefined) return noSuchPage();
    const page = await loadList(db, described, state, { after, skip });
    return 'problem' in page ? Response.json(page, { status: 400 }) : Response.json(page);
  });
}
