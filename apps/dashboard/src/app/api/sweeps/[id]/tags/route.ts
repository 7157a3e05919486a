import { tagSweep, untagSweep } from '@sae-lab/db/reading';
import { bodyOf, nameOf } from '../../../../../all-runs/request-body.ts';
import { checked, type IdRoute, noSuchPage, segmentId } from '../../../../../requests/route.ts';

/** Gives the sweep `{ tag }`. */
export function PUT(request: Request, route: IdRoute): Promise<Response> {
  return change(request, route, tagSweep);
}

/** Takes `{ tag }` from the sweep. */
export function DELETE(request: Request, route: IdRoute): Promise<Response> {
  return change(request, route, untagSweep);
}

async function change(request: Request, route: IdRoute, apply: typeof tagSweep): Promise<Response> {
  const id = await segmentId(route);
  const { tag } = await bodyOf(request);
  return checked(async (db) => {
    if (id === undefined) return noSuchPage();
    await apply(db, id, nameOf(tag, 'tag'));
    return {};
  });
}
