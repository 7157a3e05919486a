import { latentAnswer } from '../../../../../../../api-v1/answers/latents.ts';
import { requireSae } from '../../../../../../../api-v1/answers/saes.ts';
import { getSaeLatent } from '../../../../../../../api-v1/endpoints/latents.ts';
import { route } from '../../../../../../../api-v1/server/route.ts';

export const GET = route(getSaeLatent, async (db, { path }) => {
  const { id: sae } = await requireSae(db, path.sae);
  return { ...(await latentAnswer(db, { saeId: sae }, path.latent)), sae };
});
