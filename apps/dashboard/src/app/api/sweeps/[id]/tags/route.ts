import { tagSweep, untagSweep } from '@sae-lab/db/reading';
import { z } from 'zod';
import { handle } from '../../../../../requests/handle.ts';
import { checked } from '../../../../../requests/route.ts';
import { idPath, name } from '../../../../../requests/schemas.ts';

const schemas = { path: idPath, body: z.object({ tag: name('tag') }) };

/** Gives the sweep `{ tag }`. */
export const PUT = handle(schemas, ({ path, body }) => change(path.id, body.tag, tagSweep));

/** Takes `{ tag }` from the sweep. */
export const DELETE = handle(schemas, ({ path, body }) => change(path.id, body.tag, untagSweep));

function change(id: number, tag: string, apply: typeof tagSweep): Promise<Response> {
  return checked(async (db) => {
    await apply(db, id, tag);
    return {};
  });
}
