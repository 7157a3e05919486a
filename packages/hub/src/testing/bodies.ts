import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuse, type Context } from './answers.ts';
import type { AskedPath } from './asked-path.ts';
import { sendFaulty } from './faults.ts';
import type { ServedCommit, ServedFile } from './repositories.ts';

export function redirect(
  { storage }: Context,
  { type, id }: AskedPath,
  { commit }: ServedCommit,
  { path, sha256, content }: ServedFile,
  headers: Record<string, string>,
  response: ServerResponse,
): void {
  const large = sha256 !== undefined && {
    'x-linked-etag': `"${sha256}"`,
    'x-linked-size': String(content.length),
  };
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const location =
    sha256 === undefined
      ? `/api/resolve-cache/${type}s/${id}/${commit}/${encoded}`
      : `${storage}/storage/${sha256}?X-Amz-Signature=test`;
  response.writeHead(sha256 === undefined ? 307 : 302, {
    ...headers,
    ...large,
    location,
    'content-length': 0,
  });
  response.end();
}

export async function sendStored(
  context: Context,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // Signed storage addresses reject a second kind of authorization.
  if (request.headers.authorization !== undefined)
    return refuse(response, 400, '', 'Only one auth mechanism');
  const hash = path.slice('/storage/'.length);
  const all = context.served.flatMap(({ commits }) => [...commits.values()].flatMap(({ files }) => files));
  const file = all.find(({ sha256 }) => sha256 === hash);
  if (file === undefined) return refuse(response, 403, '', 'Forbidden');
  return sendBody(context, file, { etag: `"${hash}"` }, request, response);
}

export async function sendBody(
  { fault }: Context,
  { content }: ServedFile,
  headers: Record<string, string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const all = { ...headers, 'accept-ranges': 'bytes' };
  if (request.method === 'HEAD') {
    response.writeHead(200, { ...all, 'content-length': content.length });
    response.end();
    return;
  }
  if (from === undefined || fault?.kind === 'no-range') {
    return sendFaulty(response, all, 200, content, fault);
  }
  const start = Number(from);
  const end = Math.min(to === '' || to === undefined ? content.length : Number(to) + 1, content.length);
  if (start >= content.length) return refuse(response, 416, '', 'Range not satisfiable');
  const range = { 'content-range': `bytes ${start}-${end - 1}/${content.length}` };
  return sendFaulty(response, { ...all, ...range }, 206, content.subarray(start, end), fault);
}
