import type { IncomingMessage } from 'node:http';

/** Who sends a request. */
export interface Client {
  /** IP address. */
  readonly address: string;
  /** Whether the browser speaks TLS, so that its cookies can be secure. */
  readonly isSecure: boolean;
}

/** Of IPv6 with a zone. */
const LONGEST_ADDRESS = 64;

/** @param trustProxy whether a proxy sets `X-Forwarded-For` and `X-Forwarded-Proto`; anyone else could invent them */
export function clientOf({ headers, socket }: IncomingMessage, trustProxy: boolean): Client {
  const own = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  if (!trustProxy) return { address: own, isSecure: false };
  // The last one is the proxy's own finding. Those before it came with the request.
  const last = (header: string | string[] | undefined) => {
    const entries = String(header ?? '').split(',');
    return entries.at(-1)!.trim().slice(0, LONGEST_ADDRESS);
  };
  return {
    address: last(headers['x-forwarded-for']) || own,
    isSecure: last(headers['x-forwarded-proto']) === 'https',
  };
}
