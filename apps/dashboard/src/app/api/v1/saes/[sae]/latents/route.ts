import { latentsAnswer } from '../../../../../../api-v1/answers/latents.ts';
import { requireSae } from '../../../../../../api-v1/answers/saes.ts';
import { listSaeLatents } from '../../../../../../api-v1/endpoints/latents.ts';
import { route } from '../../../../../../api-v1/server/route.ts';

export const GET = route(listSaeLatents, async (db, { path, query }) => {
  const { id: sae } = await requireSae(db, path.sae);
  return { sae, ...(await latentsAnswer(db, { saeId: sae }, query)) };
});
