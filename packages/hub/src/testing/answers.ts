import type { ServerResponse } from 'node:http';
import type { AskedPath } from './asked-path.ts';
import type { FaultEffect } from './faults.ts';
import type { ServedCommit, ServedRepository } from './repositories.ts';

export interface Served {
  readonly repository: ServedRepository;
  readonly commits: Map<string, ServedCommit>;
}

/** Everything that a response depends on. */
export interface Context {
  readonly served: Served[];
  /** Uploaded large files that no commit has yet, by their sha256. */
  readonly uploads: Map<string, Buffer>;
  readonly token: string;
  readonly stranger: string;
  readonly pageSize: number;
  readonly endpoint: string;
  readonly storage: string;
  readonly fault: FaultEffect | undefined;
}

export function sendTree(
  { pageSize, endpoint }: Context,
  { type, id, revision }: AskedPath,
  { files }: ServedCommit,
  url: URL,
  response: ServerResponse,
): void {
  const from = Number(url.searchParams.get('cursor') ?? 0);
  const folders = new Set(files.flatMap(({ path }) => path.split('/').slice(0, -1).slice(0, 1)));
  const entries = [
    ...[...folders].map((path) => ({ type: 'directory', oid: '0'.repeat(40), size: 0, path })),
    ...files.map(({ path, oid, sha256, content }) => ({
      type: 'file',
      oid,
      size: content.length,
      path,
      ...(sha256 !== undefined && { lfs: { oid: sha256, size: content.length, pointerSize: 130 } }),
    })),
  ];
  const next = new URL(`${endpoint}/api/${type}s/${id}/tree/${encodeURIComponent(revision)}`);
  next.searchParams.set('recursive', 'true');
  next.searchParams.set('cursor', String(from + pageSize));
  const more = from + pageSize < entries.length ? { link: `<${next.href}>; rel="next"` } : {};
  sendJson(response, entries.slice(from, from + pageSize), more);
}

export function infoOf({ repository, commits }: Served, { commit, files }: ServedCommit): object {
  return {
    _id: '0'.repeat(24),
    id: repository.id,
    sha: commit,
    private: repository.isPrivate ?? false,
    gated: repository.isGated === true ? 'auto' : false,
    downloads: 0,
    likes: 0,
    lastModified: '2026-01-01T00:00:00.000Z',
    tags: [],
    branches: [...commits.keys()],
    siblings: files.map(({ path }) => ({ rfilename: path })),
  };
}

export function refsOf({ commits }: Served): object {
  const all = [...commits].map(([name, { commit }]) => ({
    name,
    ref: `refs/heads/${name}`,
    targetCommit: commit,
  }));
  return {
    branches: all.filter(({ name }) => !name.startsWith('refs/')),
    converts: all.filter(({ name }) => name.startsWith('refs/convert/')),
    tags: [],
  };
}

export function searched({ served }: Context, type: string, url: URL): object[] {
  const query = url.searchParams.get('search')?.toLowerCase() ?? '';
  const author = url.searchParams.get('author');
  return served
    .filter(({ repository }) => repository.type === type && repository.isPrivate !== true)
    .filter(({ repository: { id } }) => id.toLowerCase().includes(query))
    .filter(({ repository: { id } }) => author === null || id.startsWith(`${author}/`))
    .map((found) => infoOf(found, found.commits.get('main')!));
}

export function sendJson(
  response: ServerResponse,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

export function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    ...(code !== '' && { 'x-error-code': code }),
    'x-error-message': message,
  });
  response.end(JSON.stringify({ error: message }));
}
