import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { ERROR_CODES } from '@sae-lab/errors';
import type { AccessToken } from './access-token.ts';
import { admit } from './admit.ts';
import { isLoopbackHost } from './allowed-hosts.ts';
import { clientOf } from './client.ts';
import { OpenRequests } from './open-requests.ts';
import { refuseAddress } from './refuse-address.ts';
import { refuseWrite } from './refuse-write.ts';
import type { Refusal } from './refusal.ts';
import { contentSecurityPolicy, securityHeaders } from './security-headers.ts';
import { isForReader, NONCE } from './sign-in-page.ts';
import { WrongTokens } from './wrong-tokens.ts';

/** How long a client may take to send the head of a request, and all of it. */
const HEAD_MS = 20_000;
const REQUEST_MS = 60_000;
/** Where programs ask, which read problem details. */
const API = '/api/v1';
/** Headers with which a client could tell Next what only this server may. */
const INTERNAL = /^(x-middleware-|x-forwarded-|x-nextjs-|x-invoke-|x-matched-path$|forwarded$)/;

const TOO_MANY: Refusal = {
  status: 429,
  text: `This address has ${OpenRequests.MOST} requests open. Close some pages, or wait for answers.`,
  headers: { 'Retry-After': '5' },
};

export interface Guard {
  /** Host names to answer in addition to the loopback names. */
  readonly allowedHosts: readonly string[];
  /** Where absent, anyone who reaches the port may read. */
  readonly token?: AccessToken | undefined;
  /** Whether a proxy in front says who sends a request. */
  readonly trustProxy: boolean;
}

/**
 * A server in front of the dashboard. It adds security headers to every response and refuses requests that the
 * dashboard must not answer: pages, route handlers and files alike.
 */
export function guardedServer(guard: Guard, handle: RequestListener): Server {
  const wrong = { links: new WrongTokens(), credentials: new WrongTokens() };
  const open = new OpenRequests();
  const guarded: RequestListener = (request, response) => {
    const nonce = randomBytes(16).toString('base64');
    const policy = contentSecurityPolicy(nonce);
    const client = clientOf(request, guard.trustProxy);
    const isTrusted = client.isSecure || isLoopbackHost(request.headers.host);
    for (const [name, value] of Object.entries(securityHeaders(policy, isTrusted)))
      response.setHeader(name, value);
    const refusedAddress = refuseAddress(request, guard.allowedHosts);
    if (refusedAddress !== undefined) return send(refusedAddress);
    const { token } = guard;
    const admission = token === undefined ? { byProgram: false } : admit(request, client, { token, wrong });
    if (admission.refusal !== undefined) return send(admission.refusal);
    const refusedWrite = refuseWrite(request, admission.byProgram);
    if (refusedWrite !== undefined) return send(refusedWrite);
    if (!open.begin(client.network, response)) return send(TOO_MANY);
    for (const name of Object.keys(request.headers)) if (INTERNAL.test(name)) delete request.headers[name];
    // No page and no log sees the token.
    delete request.headers.authorization;
    delete request.headers.cookie;
    // Answers are a reader's own. Next states more for what it serves itself.
    if (request.url!.startsWith('/api/')) response.setHeader('Cache-Control', 'private, no-store');
    // Next reads the nonce for its scripts from the first header; the layout reads the second.
    Object.assign(request.headers, { 'content-security-policy': policy, 'x-nonce': nonce });
    handle(request, response);

    function send(refusal: Refusal): void {
      if (request.url?.startsWith(API)) return answerProgram(response, refusal);
      answer(response, refusal, refusal.page !== undefined && isForReader(request) ? nonce : undefined);
    }
  };
  // A missing Host header is refused like a wrong one, by `guarded`.
  const server = createServer(
    { requireHostHeader: false, headersTimeout: HEAD_MS, requestTimeout: REQUEST_MS },
    guarded,
  );
  // The dashboard needs neither Expect nor Upgrade. Without a listener, a request to upgrade is an ordinary one.
  server.on('checkExpectation', guarded);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else socket.end(answerTo(error.code));
  });
  return server;
}

/** Problem details, as the API answers (RFC 9457). */
function answerProgram(response: ServerResponse, refusal: Refusal): void {
  begin(response, refusal);
  const code = 'api.refused';
  response.writeHead(refusal.status, { 'Content-Type': 'application/problem+json' });
  response.end(
    JSON.stringify({
      type: `urn:sae-lab:error:${code}`,
      title: ERROR_CODES[code].meaning,
      status: refusal.status,
      detail: refusal.text,
      code,
    }),
  );
}

function begin(response: ServerResponse, { headers = {} }: Refusal): void {
  // What is left of the request is not read.
  response.shouldKeepAlive = false;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('Cache-Control', 'no-store');
}

/** @param nonce of the page, for a reader; programs get text */
function answer(response: ServerResponse, refusal: Refusal, nonce: string | undefined): void {
  begin(response, refusal);
  if (nonce === undefined) {
    response.writeHead(refusal.status, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(`${refusal.text}\n`);
    return;
  }
  response.setHeader('Content-Security-Policy', contentSecurityPolicy(nonce, "'self'"));
  response.writeHead(refusal.status, { 'Content-Type': 'text/html; charset=utf-8' });
  response.end(refusal.page!.replaceAll(NONCE, nonce));
}

/** The raw response to a request that is not HTTP, for which Node has no response object. */
function answerTo(code: string | undefined): string {
  const status = code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const headers = { ...securityHeaders(contentSecurityPolicy('none'), false), Connection: 'close' };
  return [
    `HTTP/1.1 ${status}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    'Content-Type: text/plain; charset=utf-8',
    '',
    'The dashboard cannot read this request.\n',
  ].join('\r\n');
}
