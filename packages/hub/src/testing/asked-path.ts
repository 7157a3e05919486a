/** Parses the path of a request. */
export interface AskedPath {
  readonly kind: 'info' | 'tree' | 'refs' | 'resolve' | 'cached';
  readonly type: string;
  readonly id: string;
  readonly revision: string;
  readonly file: string;
}

/** Repository names must have exactly one slash. Revisions may have several, e.g. `refs/convert/parquet`. */
export function parsePath(path: string): AskedPath | undefined {
  const api = /^\/api\/(model|dataset)s\/([^/]+\/[^/]+)\/(?:(refs)$|(revision|tree)\/(.+))$/.exec(path);
  if (api !== null) {
    const [, type = '', id = '', refs, kind, revision = ''] = api;
    const asked = refs === undefined ? (kind === 'tree' ? 'tree' : 'info') : 'refs';
    return { kind: asked, type, id, revision, file: '' };
  }
  const cached = /^\/api\/resolve-cache\/(model|dataset)s\/([^/]+\/[^/]+)\/([^/]+)\/(.+)$/.exec(path);
  if (cached !== null) {
    const [, type = '', id = '', revision = '', file = ''] = cached;
    return { kind: 'cached', type, id, revision, file };
  }
  const plain = /^\/(datasets\/)?([^/]+\/[^/]+)\/resolve\/(refs\/[^/]+\/[^/]+|[^/]+)\/(.+)$/.exec(path);
  if (plain === null) return undefined;
  const [, dataset, id = '', revision = '', file = ''] = plain;
  return { kind: 'resolve', type: dataset === undefined ? 'model' : 'dataset', id, revision, file };
}
