import { addLatentNote, deleteLatentNote } from '@sae-lab/db/reading';
import { z } from 'zod';
import { indexOf } from '../../../../../../../database/id-of.ts';
import { noteOf } from '../../../../../../../latents/one/note-of.ts';
import { handle } from '../../../../../../../requests/handle.ts';
import { checked, noSuchPage } from '../../../../../../../requests/route.ts';
import { id, LARGEST_ID } from '../../../../../../../requests/schemas.ts';

const path = z.object({
  id,
  latent: z
    .string()
    .refine((text) => indexOf(text) !== undefined)
    .transform((text) => indexOf(text)!),
});
const note = z.record(z.string(), z.unknown()).transform(noteOf);

/** Adds `{ kind, text, author }` to a latent. Answers with the id of the note. */
export const POST = handle({ path, body: note }, ({ path: { id: runId, latent }, body }) =>
  checked(async (db) => {
    const added = await addLatentNote(db, { runId, latent, ...body });
    return added === undefined ? noSuchPage() : { id: added };
  }),
);

/** Deletes the note `{ id }` of a latent. */
export const DELETE = handle(
  { path, body: z.object({ id: z.int().min(1).max(LARGEST_ID) }) },
  ({ path: { id: runId, latent }, body }) =>
    checked(async (db) => ((await deleteLatentNote(db, { runId, latent, id: body.id })) ? {} : noSuchPage())),
);
