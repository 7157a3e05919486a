import 'server-only';
import { addLatentNote, deleteLatentNote, type SaeSubject } from '@sae-lab/db/reading';
import { z } from 'zod';
import { indexOf } from '../database/id-of.ts';
import { handle } from '../requests/handle.ts';
import { checked, noSuchPage } from '../requests/route.ts';
import { count, id, idPath, LARGEST_ID, queryWith, single } from '../requests/schemas.ts';
import { describedSae } from './described-sae.ts';
import { loadListState } from './list/list-state.ts';
import { loadExport } from './list/load-export.ts';
import { cursorOf, loadList } from './list/load-list.ts';
import { noteOf } from './one/note-of.ts';

/** The SAE of an address, by the id in it. */
type SubjectOf = (id: number) => SaeSubject;

/** More latents than any SAE has. */
const MOST_SKIPPED = 10_000_000;

const pageQuery = queryWith((given) => loadListState(given), {
  after: single.transform((text) => cursorOf(text ?? null)),
  skip: count(MOST_SKIPPED),
});

/** `…/latents?sort=density&after={"value":0.1,"latent":7}&skip=100`: a page of the latents of an SAE. */
export function latentsRoute(subjectOf: SubjectOf) {
  return handle({ path: idPath, query: pageQuery }, ({ path, query: { state, after, skip } }) =>
    checked(async (db) => {
      const described = await describedSae(db, subjectOf(path.id), state.of);
      if (described === undefined) return noSuchPage();
      const page = await loadList(db, described, state, { after, skip });
      return 'problem' in page ? Response.json(page, { status: 400 }) : Response.json(page);
    }),
  );
}

const exportQuery = queryWith((given) => loadListState(given), {});

/** `…/latents/export?filter=density+<+0.1`: all latents that pass the filters. */
export function latentExportRoute(subjectOf: SubjectOf) {
  return handle({ path: idPath, query: exportQuery }, ({ path, query: { state } }) =>
    checked(async (db) => {
      const described = await describedSae(db, subjectOf(path.id), state.of);
      return described === undefined ? noSuchPage() : Response.json(await loadExport(db, described, state));
    }),
  );
}

const latentPath = z.object({
  id,
  latent: z
    .string()
    .refine((text) => indexOf(text) !== undefined)
    .transform((text) => indexOf(text)!),
});
const note = z.record(z.string(), z.unknown()).transform(noteOf);

/** Adds `{ kind, text, author }` to a latent. Answers with the id of the note. */
export function addNoteRoute(subjectOf: SubjectOf) {
  return handle({ path: latentPath, body: note }, ({ path: { id: of, latent }, body }) =>
    checked(async (db) => {
      const added = await addLatentNote(db, { subject: subjectOf(of), latent, ...body });
      return added === undefined ? noSuchPage() : { id: added };
    }),
  );
}

/** Deletes the note `{ id }` of a latent. */
export function deleteNoteRoute(subjectOf: SubjectOf) {
  return handle(
    { path: latentPath, body: z.object({ id: z.int().min(1).max(LARGEST_ID) }) },
    ({ path: { id: of, latent }, body }) =>
      checked(async (db) =>
        (await deleteLatentNote(db, { subject: subjectOf(of), latent, id: body.id })) ? {} : noSuchPage(),
      ),
  );
}
