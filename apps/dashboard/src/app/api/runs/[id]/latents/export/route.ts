import { describedSae } from '../../../../../../latents/described-sae.ts';
import { loadListState } from '../../../../../../latents/list/list-state.ts';
import { loadExport } from '../../../../../../latents/list/load-export.ts';
import { handle } from '../../../../../../requests/handle.ts';
import { checked, noSuchPage } from '../../../../../../requests/route.ts';
import { idPath, queryWith } from '../../../../../../requests/schemas.ts';

const query = queryWith((given) => loadListState(given), {});

/** `/api/runs/3/latents/export?filter=density+<+0.1`: all latents that pass the filters. */
export const GET = handle({ path: idPath, query }, ({ path: { id }, query: { state } }) =>
  checked(async (db) => {
    const described = await describedSae(db, id, state.of);
    return described === undefined ? noSuchPage() : Response.json(await loadExport(db, described, state));
  }),
);
