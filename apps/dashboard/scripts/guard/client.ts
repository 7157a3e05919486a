import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';

/** Who sends a request. */
export interface Client {
  /** IP address, or the /64 of an IPv6 address: one host has all addresses of it. */
  readonly network: string;
  /** Whether the browser speaks TLS, so that its cookies can be secure. */
  readonly isSecure: boolean;
}

/** Of IPv6 with a zone. */
const LONGEST_ADDRESS = 64;

/** @param trustProxy whether a proxy sets `X-Forwarded-For` and `X-Forwarded-Proto`; anyone else could invent them */
export function clientOf({ headers, socket }: IncomingMessage, trustProxy: boolean): Client {
  const own = networkOf(socket.remoteAddress ?? '');
  if (!trustProxy) return { network: own, isSecure: false };
  // The last one is the proxy's own finding. Those before it came with the request.
  const last = (header: string | string[] | undefined) => {
    const entries = String(header ?? '').split(',');
    return entries.at(-1)!.trim().slice(0, LONGEST_ADDRESS);
  };
  return {
    network: networkOf(last(headers['x-forwarded-for'])) || own,
    isSecure: last(headers['x-forwarded-proto']) === 'https',
  };
}

/** Without the port that some proxies append: each connection has another one. */
export function networkOf(given: string): string {
  const address = given
    .replace(/^\[(.*)\](?::\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1')
    .replace(/^::ffff:(?=[\d.]+$)/i, '');
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const groups = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array<string>(Math.max(0, 8 - groups.length - last.length)).fill('0');
  return [...groups, ...zeros, ...last].slice(0, 4).join(':');
}
