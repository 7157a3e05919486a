import { networkInterfaces } from 'node:os';

/**
 * The address under which readers reach the dashboard. Of all networks, the first one that is not loopback.
 *
 * @param token that the link hands over
 */
export function linkTo(address: string, port: number, token?: string): string {
  const reachable = address === '0.0.0.0' || address === '::' ? firstAddress() : address;
  const host = reachable.includes(':') ? `[${reachable}]` : reachable;
  return `http://${host}:${port}${token === undefined ? '' : `/?token=${token}`}`;
}

function firstAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  return addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1';
}
