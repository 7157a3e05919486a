import { describedSae } from '../../../../../latents/described-sae.ts';
import { loadListState } from '../../../../../latents/list/list-state.ts';
import { cursorOf, loadList } from '../../../../../latents/list/load-list.ts';
import { handle } from '../../../../../requests/handle.ts';
import { checked, noSuchPage } from '../../../../../requests/route.ts';
import { count, idPath, queryWith, single } from '../../../../../requests/schemas.ts';

/** More latents than any SAE has. */
const MOST_SKIPPED = 10_000_000;

const query = queryWith((given) => loadListState(given), {
  after: single.transform((text) => cursorOf(text ?? null)),
  skip: count(MOST_SKIPPED),
});

/** `/api/runs/3/latents?sort=density&after={"value":0.1,"latent":7}&skip=100`: a page of the latents of a run's SAE. */
export const GET = handle({ path: idPath, query }, ({ path: { id }, query: { state, after, skip } }) =>
  checked(async (db) => {
    const described = await describedSae(db, id, state.of);
    if (described === undefined) return noSuchPage();
    const page = await loadList(db, described, state, { after, skip });
    return 'problem' in page ? Response.json(page, { status: 400 }) : Response.json(page);
  }),
);
