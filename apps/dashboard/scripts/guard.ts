import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { METHODS, refuse } from './refuse.ts';
import { contentSecurityPolicy, securityHeaders } from './security-headers.ts';

/**
 * A server that gives every answer its security headers and refuses what is not to be answered, before the dashboard
 * sees it.
 *
 * @param allowedHosts names that are answered besides those of this machine alone
 */
export function guardedServer(allowedHosts: readonly string[], handle: RequestListener): Server {
  const guarded: RequestListener = (request, response) => {
    const nonce = randomBytes(16).toString('base64');
    const policy = contentSecurityPolicy(nonce);
    for (const [name, value] of Object.entries(securityHeaders(policy))) response.setHeader(name, value);
    const refusal = refuse(request, allowedHosts);
    if (refusal === undefined) {
      // Next gives its own scripts the nonce that it finds here; the layout takes the other.
      Object.assign(request.headers, { 'content-security-policy': policy, 'x-nonce': nonce });
      return handle(request, response);
    }
    if (refusal.status === 405) response.setHeader('Allow', METHODS.join(', '));
    response.writeHead(refusal.status, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(`${refusal.text}\n`);
  };
  // A missing Host is refused like a wrong one.
  const server = createServer({ requireHostHeader: false }, guarded);
  // Neither is expected of a server that is only read.
  server.on('checkExpectation', guarded);
  server.on('upgrade', (_, socket) => socket.end(answerTo(undefined)));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else socket.end(answerTo(error.code));
  });
  return server;
}

/** To what is not HTTP, and so comes without a response to write to. */
function answerTo(code: string | undefined): string {
  const status = code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const headers = { ...securityHeaders(contentSecurityPolicy('none')), Connection: 'close' };
  return [
    `HTTP/1.1 ${status}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    'Content-Type: text/plain; charset=utf-8',
    '',
    'The dashboard cannot read this request.\n',
  ].join('\r\n');
}
