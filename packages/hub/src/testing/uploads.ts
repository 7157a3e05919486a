/** What the hub does when a client creates a repository or commits files to it. */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { refuse, sendJson, type Context, type Served } from './answers.ts';
import { commitOf, commitsOf, LARGE_FROM } from './repositories.ts';

const STORED = /^\/storage\/([0-9a-f]{64})$/;
const CREATE = '/api/repos/create';
const LFS = /^\/(datasets\/)?([^/]+\/[^/]+)\.git\/info\/lfs\/objects\/batch$/;
const API = /^\/api\/(model|dataset)s\/([^/]+\/[^/]+)\/(preupload|commit)\/(.+)$/;

/** Answers a POST or PUT request. */
export async function receive(
  context: Context,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await buffer(request);
  const [, hash] = STORED.exec(path) ?? [];
  if (hash !== undefined) return store(context, hash, body, request, response);
  const token = request.headers.authorization?.replace('Bearer ', '');
  if (token === undefined) return refuse(response, 401, '', 'Invalid username or password.');
  if (token !== context.token && token !== context.stranger) {
    return refuse(response, 401, '', 'Invalid credentials in Authorization header');
  }
  if (token === context.stranger) return refuse(response, 403, '', 'You need write access.');
  if (path === CREATE) return create(context, body, response);
  const [, dataset, large] = LFS.exec(path) ?? [];
  const [, type, id, action, branch] = API.exec(path) ?? [];
  const asked =
    large === undefined ? { type, id } : { type: dataset === undefined ? 'model' : 'dataset', id: large };
  const found = context.served.find(
    ({ repository }) => repository.type === asked.type && repository.id === asked.id,
  );
  if (found === undefined) return refuse(response, 404, 'RepoNotFound', 'Repository not found');
  if (action === 'preupload') return sendModes(found, body, response);
  if (action === 'commit') return commit(context, found, branch!, body, response);
  return sendUploads(context, body, response);
}

/** Signed storage addresses reject a second kind of authorization. */
function store(
  { uploads }: Context,
  hash: string,
  body: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (request.headers.authorization !== undefined)
    return refuse(response, 400, '', 'Only one auth mechanism');
  if (createHash('sha256').update(body).digest('hex') !== hash) return refuse(response, 400, '', 'BadDigest');
  uploads.set(hash, body);
  response.writeHead(200).end();
}

function create({ served, endpoint }: Context, body: Buffer, response: ServerResponse): void {
  const asked = JSON.parse(body.toString()) as {
    type: 'model' | 'dataset';
    organization: string;
    name: string;
    visibility?: string;
  };
  const id = `${asked.organization}/${asked.name}`;
  if (served.some(({ repository }) => repository.type === asked.type && repository.id === id)) {
    return refuse(response, 409, '', 'You already created this repo');
  }
  // The hub commits this file when it creates a repository.
  const files = { '.gitattributes': '*.safetensors filter=lfs diff=lfs merge=lfs -text\n' };
  const repository = { type: asked.type, id, files, isPrivate: asked.visibility === 'private' };
  served.push({ repository, commits: commitsOf(repository) });
  sendJson(response, { url: `${endpoint}/${id}`, id });
}

function sendModes({ repository }: Served, body: Buffer, response: ServerResponse): void {
  const { files } = JSON.parse(body.toString()) as { files: { path: string; size: number }[] };
  const largeFrom = repository.largeFrom ?? LARGE_FROM;
  sendJson(response, {
    files: files.map(({ path, size }) => ({
      path,
      uploadMode: size >= largeFrom ? 'lfs' : 'regular',
      shouldIgnore: false,
    })),
  });
}

function sendUploads({ storage }: Context, body: Buffer, response: ServerResponse): void {
  const { objects } = JSON.parse(body.toString()) as { objects: { oid: string; size: number }[] };
  sendJson(response, {
    transfer: 'basic',
    objects: objects.map((object) => ({
      ...object,
      actions: { upload: { href: `${storage}/storage/${object.oid}?X-Amz-Signature=test` } },
    })),
  });
}

function commit(
  { uploads, endpoint }: Context,
  { repository, commits }: Served,
  branch: string,
  body: Buffer,
  response: ServerResponse,
): void {
  const before = commits.get(branch);
  const files = new Map((before?.files ?? []).map(({ path, content }) => [path, content]));
  for (const line of body.toString().split('\n')) {
    const { key, value } = JSON.parse(line) as {
      key: string;
      value: { path: string; content: string; encoding: BufferEncoding; oid: string; parentCommit?: string };
    };
    if (key === 'header' && value.parentCommit !== undefined && value.parentCommit !== before?.commit) {
      return refuse(response, 412, '', 'A commit has happened since.');
    }
    if (key === 'file') files.set(value.path, Buffer.from(value.content, value.encoding));
    if (key === 'lfsFile') {
      const content = uploads.get(value.oid);
      if (content === undefined)
        return refuse(response, 400, '', `The LFS object ${value.oid} was not uploaded`);
      files.set(value.path, content);
    }
  }
  const made = commitOf(Object.fromEntries(files), repository.largeFrom ?? LARGE_FROM);
  commits.set(branch, made);
  sendJson(response, {
    success: true,
    commitOid: made.commit,
    commitUrl: `${endpoint}/${repository.id}`,
    hookOutput: '',
  });
}
