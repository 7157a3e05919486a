import { addNoteRoute, deleteNoteRoute } from '../../../../../../../latents/routes.ts';

export const POST = addNoteRoute((runId) => ({ runId }));
export const DELETE = deleteNoteRoute((runId) => ({ runId }));
