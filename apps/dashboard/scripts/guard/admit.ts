import type { IncomingMessage } from 'node:http';
import type { AccessToken } from './access-token.ts';
import type { Client } from './client.ts';
import type { Refusal } from './refusal.ts';
import { isForReader, openingPage, signInPage } from './sign-in-page.ts';
import type { WrongTokens } from './wrong-tokens.ts';

/** A month: a reader opens the link again after that. */
const COOKIE_SECONDS = 30 * 24 * 3600;

/** Whether a request may be answered, or what is answered instead. */
export type Admission =
  | { readonly byProgram: boolean; readonly refusal?: never }
  | { readonly refusal: Refusal };

interface Gate {
  readonly token: AccessToken;
  /**
   * Those of links are counted by themselves: any page can make a browser follow wrong links, which must not lock out its
   * reader.
   */
  readonly wrong: { readonly links: WrongTokens; readonly credentials: WrongTokens };
}

/**
 * Admits a request with the token: in an `Authorization: Bearer` header, in the cookie, or in `?token=` of the link that
 * the start printed. The link is exchanged for the cookie, so the token stays in no address.
 */
export function admit(request: IncomingMessage, client: Client, { token, wrong }: Gate): Admission {
  const given = credentialOf(request, token.cookieName);
  if (given === undefined) return { refusal: signIn(request) };
  const counted = given.in === 'address' ? wrong.links : wrong.credentials;
  const wait = counted.waitOf(client.network);
  // The right token too: an attacker must not learn that a guess was right.
  if (wait > 0) {
    const text = `Too many wrong tokens came from this address. Try again in ${wait} s.`;
    return { refusal: { status: 429, text, headers: { 'Retry-After': String(wait) } } };
  }
  if (!token.matches(given.token)) {
    counted.add(client.network);
    return { refusal: signIn(request, 'This is not the token of this dashboard.') };
  }
  if (given.in !== 'address') return { byProgram: given.in === 'header' };
  return { refusal: exchange(request, client, token.cookieName, given.token) };
}

interface Credential {
  readonly in: 'header' | 'address' | 'cookie';
  readonly token: string;
}

function credentialOf({ headers, url = '' }: IncomingMessage, cookieName: string): Credential | undefined {
  const { authorization } = headers;
  if (authorization !== undefined) {
    return { in: 'header', token: /^Bearer +(.*)$/i.exec(authorization)?.[1] ?? '' };
  }
  const inAddress = new URLSearchParams(url.split('?').slice(1).join('?')).get('token');
  if (inAddress !== null) return { in: 'address', token: inAddress };
  const cookie = (headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${cookieName}=`));
  return cookie === undefined ? undefined : { in: 'cookie', token: cookie.slice(cookieName.length + 1) };
}

function signIn(request: IncomingMessage, problem?: string): Refusal {
  return {
    status: 401,
    text: [
      ...(problem === undefined ? [] : [problem]),
      'The dashboard needs its token. Open the link that `pnpm dashboard` printed when the token was made,',
      'or send the header `Authorization: Bearer <token>`.',
    ].join('\n'),
    headers: { 'WWW-Authenticate': 'Bearer realm="sae-lab"' },
    page: signInPage(problem, withoutToken(request.url ?? '/')),
  };
}

function exchange(request: IncomingMessage, client: Client, name: string, token: string): Refusal {
  const location = withoutToken(request.url ?? '/');
  const attributes = [
    `${name}=${token}`,
    'Path=/',
    `Max-Age=${COOKIE_SECONDS}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(client.isSecure ? ['Secure'] : []),
  ];
  const headers = { 'Set-Cookie': attributes.join('; '), 'Cache-Control': 'no-store' };
  // After a click on another site, browsers withhold a strict cookie from redirects. A page that leads on is ours.
  // To addresses without TLS they do not say where the click was.
  const site = request.headers['sec-fetch-site'];
  if (isForReader(request) && site !== 'none' && site !== 'same-origin') {
    return {
      status: 200,
      text: `Continue at ${location}`,
      headers: { ...headers, Refresh: `0; url=${location}` },
      page: openingPage(location),
    };
  }
  return { status: 303, text: `Continue at ${location}`, headers: { ...headers, Location: location } };
}

/** The address as it is without the token. It begins with one slash, so it leads to no other host. */
function withoutToken(url: string): string {
  const [path = '/', ...rest] = url.split('?');
  const query = rest
    .join('?')
    .split('&')
    .filter((pair) => pair !== '' && new URLSearchParams(pair).get('token') === null);
  return query.length === 0 ? path : `${path}?${query.join('&')}`;
}
