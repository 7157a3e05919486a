import { addNoteRoute, deleteNoteRoute } from '../../../../../../../latents/routes.ts';

export const POST = addNoteRoute((saeId) => ({ saeId }));
export const DELETE = deleteNoteRoute((saeId) => ({ saeId }));
