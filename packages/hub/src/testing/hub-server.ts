/** A local server that speaks the hub's protocol, for tests over real HTTP. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  infoOf,
  refsOf,
  refuse,
  searched,
  sendJson,
  sendTree,
  type Context,
  type Served,
} from './answers.ts';
import { parsePath } from './asked-path.ts';
import { redirect, sendBody, sendStored } from './bodies.ts';
import type { Fault, FaultEffect } from './faults.ts';
import { commitsOf, type ServedCommit, type ServedRepository } from './repositories.ts';
import { receive } from './uploads.ts';

export interface HubServerOptions {
  readonly repositories: readonly ServedRepository[];
  /** A token that can read and write everything. @default 'hf_test' */
  readonly token?: string;
  /** A valid token that cannot write, without access to private or gated repositories. @default 'hf_stranger' */
  readonly stranger?: string;
  /** Entries per page of a file listing. @default 2 */
  readonly pageSize?: number;
  readonly port?: number;
}

export interface HubServer {
  /** The address, for HF_ENDPOINT. */
  readonly endpoint: string;
  /** All requests so far. */
  readonly requests: readonly ServedRequest[];
  /** Injects a fault. */
  fail(fault: Fault): void;
  /** Clears the recorded requests and the faults. */
  reset(): void;
  close(): Promise<void>;
}

export interface ServedRequest {
  readonly method: string;
  /** Including the query. */
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}

/**
 * Starts the server. As on the hub, large files are served by another host, which rejects requests with an Authorization
 * header, and small files after a redirect to `/api/resolve-cache`.
 *
 * @example
 * const server = await startHubServer({ repositories: [{ type: 'model', id: 'org/tiny', files: { 'config.json': '{}' } }] });
 * process.env.HF_ENDPOINT = server.endpoint;
 */
export async function startHubServer({
  repositories,
  token = 'hf_test',
  stranger = 'hf_stranger',
  pageSize = 2,
  port = 0,
}: HubServerOptions): Promise<HubServer> {
  const served: Served[] = repositories.map((repository) => ({ repository, commits: commitsOf(repository) }));
  const uploads = new Map<string, Buffer>();
  const requests: ServedRequest[] = [];
  let faults: { fault: Fault; left: number }[] = [];

  const nextFault = (path: string): FaultEffect | undefined => {
    const found = faults.find(({ fault, left }) => left > 0 && fault.path.test(path));
    if (found === undefined) return undefined;
    found.left--;
    return found.fault.effect;
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', endpoint);
    const path = decodeURIComponent(url.pathname);
    requests.push({
      method: request.method ?? 'GET',
      path: path + url.search,
      range: request.headers.range,
      authorization: request.headers.authorization,
    });
    const fault = nextFault(path);
    if (fault?.kind === 'status') {
      response.writeHead(fault.status, fault.headers);
      response.end('{}');
      return;
    }
    const context: Context = { served, uploads, token, stranger, pageSize, endpoint, storage, fault };
    const answer =
      request.method === 'POST' || request.method === 'PUT'
        ? receive(context, path, request, response)
        : path.startsWith('/storage/')
          ? sendStored(context, path, request, response)
          : answerHub(context, path, url, request, response);
    answer.catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const bound = (server.address() as AddressInfo).port;
  const endpoint = `http://127.0.0.1:${bound}`;
  // A different origin, like the hub's storage.
  const storage = `http://localhost:${bound}`;
  return {
    endpoint,
    requests,
    fail: (fault) => void faults.push({ fault, left: fault.times ?? 1 }),
    reset() {
      requests.length = 0;
      faults = [];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answerHub(
  context: Context,
  path: string,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const search = /^\/api\/(model|dataset)s$/.exec(path);
  if (search !== null) return sendJson(response, searched(context, search[1]!, url));
  const asked = parsePath(path);
  if (asked === undefined) return refuse(response, 404, '', 'Not found');
  const found = context.served.find(
    ({ repository }) => repository.type === asked.type && repository.id === asked.id,
  );
  const token = request.headers.authorization?.replace('Bearer ', '');
  if (token !== undefined && token !== context.token && token !== context.stranger) {
    return refuse(response, 401, '', 'Invalid credentials in Authorization header');
  }
  if (found === undefined || (found.repository.isPrivate && token !== context.token)) {
    // The hub does not reveal whether a private repository exists.
    return token === undefined
      ? refuse(response, 401, '', 'Invalid username or password.')
      : refuse(response, 404, 'RepoNotFound', 'Repository not found');
  }
  if (asked.kind === 'refs') return sendJson(response, refsOf(found));
  const at = commitAt(found, asked.revision);
  if (at === undefined) return refuse(response, 404, 'RevisionNotFound', `Invalid rev id: ${asked.revision}`);
  if (asked.kind === 'info') return sendJson(response, infoOf(found, at));
  if (asked.kind === 'tree') return sendTree(context, asked, at, url, response);
  if (found.repository.isGated && token !== context.token) {
    return token === undefined
      ? refuse(response, 401, 'GatedRepo', `Access to model ${asked.id} is restricted.`)
      : refuse(response, 403, 'GatedRepo', `Access to model ${asked.id} is restricted.`);
  }
  const file = at.files.find((candidate) => candidate.path === asked.file);
  if (file === undefined) return refuse(response, 404, 'EntryNotFound', 'Entry not found');
  const headers = { 'x-repo-commit': at.commit, etag: `"${file.oid}"` };
  if (asked.kind === 'resolve') return redirect(context, asked, at, file, headers, response);
  return sendBody(context, file, headers, request, response);
}

function commitAt({ commits }: Served, revision: string): ServedCommit | undefined {
  return (
    commits.get(revision === 'HEAD' ? 'main' : revision) ??
    [...commits.values()].find(({ commit }) => commit === revision)
  );
}
