import { fileAnswer } from '../../../../../../../api-v1/answers/files.ts';
import { runOf } from '../../../../../../../api-v1/answers/find.ts';
import { getFile } from '../../../../../../../api-v1/endpoints/runs.ts';
import { route } from '../../../../../../../api-v1/server/route.ts';

export const GET = route(getFile, async (db, { path, request }) =>
  fileAnswer(db, await runOf(db, path.run), path.file, request),
);
