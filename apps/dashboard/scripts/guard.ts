import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { METHODS, refuse } from './refuse.ts';
import { contentSecurityPolicy, securityHeaders } from './security-headers.ts';

/**
 * A server in front of the dashboard. It adds security headers to every response and refuses requests that the
 * dashboard must not answer.
 *
 * @param allowedHosts host names to answer in addition to the loopback names
 */
export function guardedServer(allowedHosts: readonly string[], handle: RequestListener): Server {
  const guarded: RequestListener = (request, response) => {
    const nonce = randomBytes(16).toString('base64');
    const policy = contentSecurityPolicy(nonce);
    for (const [name, value] of Object.entries(securityHeaders(policy))) response.setHeader(name, value);
    const refusal = refuse(request, allowedHosts);
    if (refusal === undefined) {
      // Next reads the nonce for its scripts from the first header; the layout reads the second.
      Object.assign(request.headers, { 'content-security-policy': policy, 'x-nonce': nonce });
      return handle(request, response);
    }
    if (refusal.status === 405) response.setHeader('Allow', METHODS.join(', '));
    response.writeHead(refusal.status, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(`${refusal.text}\n`);
  };
  // A missing Host header is refused like a wrong one, by `guarded`.
  const server = createServer({ requireHostHeader: false }, guarded);
  // A read-only server needs neither Expect nor Upgrade.
  server.on('checkExpectation', guarded);
  server.on('upgrade', (_, socket) => socket.end(answerTo(undefined)));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else socket.end(answerTo(error.code));
  });
  return server;
}

/** The raw response to a request that is not HTTP, for which Node has no response object. */
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
