import 'server-only';
import { artifactsOf, type Db, type Run } from '@sae-lab/db/reading';
import { SaeLabError } from '@sae-lab/errors';
import { fileResponse } from '../server/file-response.ts';
import { notFound } from './find.ts';

/** The files of a run with their names, which are unique. */
async function namedFiles(db: Db, runId: number) {
  const files = (await artifactsOf(db, runId)).map((file) => ({
    ...file,
    name: file.path.split(/[\\/]/).at(-1)!,
  }));
  return files.filter(({ name }, index) => files.findIndex((other) => other.name === name) === index);
}

/** The files of a run as the API lists them. */
export async function filesOf(db: Db, { id, runHash }: Run) {
  return (await namedFiles(db, id)).map(({ name, kind, bytes, sha256 }) => ({
    name,
    kind,
    bytes,
    sha256,
    url: `/api/v1/runs/${runHash}/files/${encodeURIComponent(name)}`,
  }));
}

/** @throws {SaeLabError} `api.not-found`, `api.file-elsewhere`, `store.*` */
export async function fileAnswer(db: Db, run: Run, name: string, request: Request): Promise<Response> {
  const file = (await namedFiles(db, run.id)).find((each) => each.name === name);
  if (file === undefined) throw notFound('file of the run', name);
  const { runHash, provenance } = run;
  return fileResponse(request, { ...file, runHash, writtenAt: writtenAt(provenance) });
}

function writtenAt(provenance: Run['provenance']) {
  const text = (key: string): string | undefined => {
    const value = provenance?.[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [host, folder, store] = [text('hostname'), text('dataDir'), text('store')];
  return {
    ...(host !== undefined && { place: folder === undefined ? host : `${folder} on ${host}` }),
    ...(store !== undefined && { store }),
  };
}

/** @throws {SaeLabError} `api.no-sae` */
export function requireFinished({ id, status }: Run): void {
  if (status === 'finished') return;
  throw new SaeLabError('api.no-sae', {
    problem: 'the run has no saved SAE',
    field: `run ${id}`,
    expected: 'a finished run',
    received: status,
  });
}
