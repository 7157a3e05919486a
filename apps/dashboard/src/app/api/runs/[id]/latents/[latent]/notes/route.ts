import { addLatentNote, deleteLatentNote } from '@sae-lab/db/reading';
import { bodyOf } from '../../../../../../../all-runs/request-body.ts';
import { indexOf } from '../../../../../../../database/id-of.ts';
import { noteOf } from '../../../../../../../latents/one/note-of.ts';
import { checked, noSuchPage, segmentId } from '../../../../../../../requests/route.ts';

interface LatentRoute {
  readonly params: Promise<{ id: string; latent: string }>;
}

/** Adds `{ kind, text, author }` to a latent. Answers with the id of the note. */
export async function POST(request: Request, route: LatentRoute): Promise<Response> {
  const [runId, latent] = await addressed(route);
  const body = await bodyOf(request);
  return checked(async (db) => {
    const note = noteOf(body);
    const id =
      runId === undefined || latent === undefined
        ? undefined
        : await addLatentNote(db, { runId, latent, ...note });
    return id === undefined ? noSuchPage() : { id };
  });
}

/** Deletes the note `{ id }` of a latent. */
export async function DELETE(request: Request, route: LatentRoute): Promise<Response> {
  const [runId, latent] = await addressed(route);
  const { id } = await bodyOf(request);
  return checked(async (db) => {
    const isKnown = runId !== undefined && latent !== undefined && Number.isInteger(id);
    const isDeleted =
      isKnown && (await deleteLatentNote(db, { runId, latent, id: Math.min(Number(id), 2 ** 31 - 1) }));
    return isDeleted ? {} : noSuchPage();
  });
}

async function addressed(route: LatentRoute): Promise<[number | undefined, number | undefined]> {
  return [await segmentId(route), indexOf((await route.params).latent)];
}
