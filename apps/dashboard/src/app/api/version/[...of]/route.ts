import { runsVersion, runVersion, sweepsVersion, sweepVersion, type Db } from '@sae-lab/db/reading';
import { idOf } from '../../../../database/id-of.ts';
import { read } from '../../../../database/read.ts';

/** `/api/version/sweeps`, `/api/version/runs`, `/api/version/sweep/3` or `/api/version/run/7`: a text that changes whenever the page does. */
export async function GET(_: Request, { params }: { params: Promise<{ of: string[] }> }): Promise<Response> {
  const query = queryFor((await params).of);
  if (!query) return new Response('There is no such page.', { status: 404 });
  const { data, problem } = await read(query);
  return problem ? new Response(problem.code, { status: 503 }) : new Response(data);
}

function queryFor([page, segment, ...rest]: string[]): ((db: Db) => Promise<string>) | undefined {
  if (rest.length > 0) return undefined;
  if (segment === undefined) {
    if (page === 'runs') return runsVersion;
    return page === 'sweeps' ? sweepsVersion : undefined;
  }
  const id = idOf(segment);
  if (id === undefined) return undefined;
  if (page === 'sweep') return (db) => sweepVersion(db, id);
  if (page === 'run') return (db) => runVersion(db, id);
  return undefined;
}
