import { runsVersion, runVersion, sweepsVersion, sweepVersion, type Db } from '@sae-lab/db/reading';
import { z } from 'zod';
import { read } from '../../../../database/read.ts';
import { handle } from '../../../../requests/handle.ts';
import { id } from '../../../../requests/schemas.ts';

const path = z.object({
  of: z.union([
    z.tuple([z.literal('runs')]).transform(() => runsVersion),
    z.tuple([z.literal('sweeps')]).transform(() => sweepsVersion),
    z.tuple([z.literal('run'), id]).transform(
      ([, run]) =>
        (db: Db) =>
          runVersion(db, run),
    ),
    z.tuple([z.literal('sweep'), id]).transform(
      ([, sweep]) =>
        (db: Db) =>
          sweepVersion(db, sweep),
    ),
  ]),
});

/** `/api/version/sweeps`, `/api/version/runs`, `/api/version/sweep/3` or `/api/version/run/7`: a text that changes whenever the page does. */
export const GET = handle({ path }, async ({ path: { of: version } }) => {
  const { data, problem } = await read(version);
  return problem ? new Response(problem.code, { status: 503 }) : new Response(data);
});
