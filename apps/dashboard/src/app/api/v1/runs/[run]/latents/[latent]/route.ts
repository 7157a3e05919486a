import { runOf } from '../../../../../../../api-v1/answers/find.ts';
import { latentAnswer } from '../../../../../../../api-v1/answers/latents.ts';
import { getLatent } from '../../../../../../../api-v1/endpoints/latents.ts';
import { route } from '../../../../../../../api-v1/server/route.ts';

export const GET = route(getLatent, async (db, { path }) => {
  const { id: run } = await runOf(db, path.run);
  return { ...(await latentAnswer(db, { runId: run }, path.latent)), run };
});
