import { latentsRoute } from '../../../../../latents/routes.ts';

export const GET = latentsRoute((runId) => ({ runId }));
