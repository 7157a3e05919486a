import { runOf } from '../../../../../../api-v1/answers/find.ts';
import { latentsAnswer } from '../../../../../../api-v1/answers/latents.ts';
import { listLatents } from '../../../../../../api-v1/endpoints/latents.ts';
import { route } from '../../../../../../api-v1/server/route.ts';

export const GET = route(listLatents, async (db, { path, query }) => {
  const { id: run } = await runOf(db, path.run);
  return { run, ...(await latentsAnswer(db, { runId: run }, query)) };
});
